// Pictures of every kind of page, on a phone and on a desk, light and dark: for people to look at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, publishedCase, visit } from './portal.mjs';

const folder = process.argv[2] ?? 'screenshots';
mkdirSync(folder, { recursive: true });
const browser = await launch();
const sizes = { phone: { width: 390, height: 844, deviceScaleFactor: 2 }, desk: { width: 1280, height: 900 }, narrow: { width: 320, height: 640, deviceScaleFactor: 2 } };
const tours = [['phone', 'light', 'de', 'P01'], ['phone', 'dark', 'de-simple', 'P29'], ['desk', 'light', 'de', 'P29'], ['desk', 'dark', 'en', 'P01'], ['narrow', 'light', 'en', 'P10a']];

for (const [size, scheme, locale, id] of tours) {
  const portal = await visit(browser, { ...sizes[size], scheme });
  const shot = (name, fullPage = false) => portal.page.screenshot({ path: join(folder, `${size}-${scheme}-${locale}-${name}.png`), fullPage });
  await portal.speak(locale);
  await shot('start', true);
  await portal.start();
  const catalog = await portal.catalog(locale);
  await portal.answerAll(catalog, publishedCase(id).facts, async (count) => shot(`question-${String(count + 1).padStart(2, '0')}`));
  await shot('result');
  await shot('result-whole', true);
  await portal.find('.help').click();
  await shot('crisis');
  await portal.close();
}
await browser.close();
console.log(`pictures in ${folder}`);
