// Pictures of every kind of page, on a phone and on a desk, light and dark, in each language: for people to look at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './browser.mjs';
import { LOCALES, publishedCase, visit } from './portal.mjs';

const folder = process.argv[2] ?? 'screenshots';
mkdirSync(folder, { recursive: true });
const browser = await launch();
const sizes = { phone: { width: 360, height: 800, deviceScaleFactor: 2 }, desk: { width: 1280, height: 900 } };
const cases = { de: 'P01', 'de-simple': 'P29', en: 'P10a' };

for (const [size, options] of Object.entries(sizes)) {
  for (const scheme of ['light', 'dark']) {
    for (const locale of LOCALES) {
      const portal = await visit(browser, { ...options, scheme });
      const shot = (name, fullPage = false) => portal.page.screenshot({ path: join(folder, `${size}-${scheme}-${locale}-${name}.png`), fullPage });
      await portal.speak(locale);
      await shot('1-start', true);
      await portal.start();
      await shot('2-sensitive');
      const catalog = await portal.catalog(locale);
      await portal.answerAll(catalog, publishedCase(cases[locale]).facts, async (count) => {
        if (count === 1) await shot('3-question');
        if (count === 6) await shot('4-later', true);
      });
      await shot('5-result');
      await shot('6-result-whole', true);
      await portal.find('.help').click();
      await shot('7-crisis');
      await portal.find('.help').click();
      if (size === 'desk' && scheme === 'light') {
        await portal.page.setViewportSize({ width: 760, height: 1000 });
        await portal.page.emulateMedia({ media: 'print' });
        await shot('8-print', true);
      }
      await portal.close();
    }
  }
}
await browser.close();
console.log(`pictures in ${folder}`);
