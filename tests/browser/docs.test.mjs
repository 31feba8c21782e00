// The documentation page: it works, it tries requests out, and nothing comes from elsewhere.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BASE, launch, newContext } from './browser.mjs';

const pictures = process.env.SCREENSHOTS;
let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

// A page that notes what it asks for and what goes wrong in it.
async function open(viewport) {
  const context = await newContext(browser, { viewport, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const seen = { elsewhere: [], wrong: [] };
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.protocol !== 'blob:' && url.origin !== new URL(BASE).origin) {
      seen.elsewhere.push(request.url());
    }
  });
  page.on('console', (message) => message.type() === 'error' && seen.wrong.push(message.text()));
  page.on('pageerror', (error) => seen.wrong.push(String(error)));
  await page.goto(new URL('docs', BASE).href);
  await page.locator('#operations-screenings-create_screening').waitFor();
  return { page, seen };
}

async function picture(page, name) {
  if (pictures) {
    await page.screenshot({ path: `${pictures}/docs-${name}.png` });
  }
}

for (const [name, viewport] of Object.entries({
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
})) {
  test(`a screening can be tried out on a ${name}`, async () => {
    const { page, seen } = await open(viewport);
    await picture(page, `${name}-start`);
    const operation = page.locator('#operations-screenings-create_screening');
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('.body-param textarea').waitFor();
    await picture(page, `${name}-operation`);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => new URL(response.url()).pathname === '/v1/screenings'),
      operation.locator('button.execute').click(),
    ]);
    assert.equal(answer.status(), 200);
    assert.match((await answer.json()).headline, /\w/);
    const shown = operation.locator('.live-responses-table .response .response-col_status').first();
    await shown.waitFor();
    assert.match(await shown.innerText(), /^200/);
    await shown.evaluate((status) => status.scrollIntoView());
    await picture(page, `${name}-answer`);
    // Everything is reachable without scrolling sideways.
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} pixels too wide`);
    assert.deepEqual(seen, { elsewhere: [], wrong: [] });
    await page.context().close();
  });
}

test('the policy keeps strange scripts out', async () => {
  const { page } = await open({ width: 1280, height: 900 });
  const { ran, stopped } = await page.evaluate(async () => {
    const stopped = [];
    addEventListener('securitypolicyviolation', (event) => stopped.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.strange = true';
    document.head.append(script);
    await fetch('http://127.0.0.2:9/').catch(() => null);
    await new Promise((resolve) => setTimeout(resolve));
    return { ran: window.strange === true, stopped };
  });
  assert.equal(ran, false);
  assert.deepEqual(stopped.sort(), ['connect-src', 'script-src-elem']);
  await page.context().close();
});
