// What a visitor does on the portal page, in words the tests can use.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from 'yaml';
import { BASE, PATIENCE, newContext } from './browser.mjs';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const LOCALES = ['de', 'de-simple', 'en'];

/** A published case of the rule set, by its id. */
export function publishedCase(id) {
  const cases = parse(readFileSync(new URL('../../rules/cases/published.yaml', import.meta.url), 'utf8'));
  const found = cases.find((one) => one.id === id);
  assert.ok(found, `there is no published case ${id}`);
  return found;
}

/** Opens a page and watches it: where it talks to, what it complains about, what it leaves behind. */
export async function visit(browser, { path = '', width = 390, height = 844, scheme = 'light', motion = 'reduce', prepare = null, ...options } = {}) {
  const context = await newContext(browser, { viewport: { width, height }, colorScheme: scheme, reducedMotion: motion, locale: 'de-DE', ...options });
  await context.addInitScript({ content: AXE });
  await context.addInitScript(() => {
    window.portalCalls = [];
    window.portalBlocked = [];
    addEventListener('securitypolicyviolation', (event) => window.portalBlocked.push(`${event.violatedDirective} ${event.blockedURI}`));
    // A call is seen and stopped here; there is no telephone behind this browser.
    addEventListener('click', (event) => {
      const link = event.composedPath().find((node) => node.href?.startsWith?.('tel:'));
      if (!link) return;
      event.preventDefault();
      window.portalCalls.push(link.href);
    }, true);
  });
  const page = await context.newPage();
  const portal = new Portal(page, context);
  await portal.watch();
  if (prepare) await prepare(page);
  await page.goto(new URL(path, BASE).href);
  await page.locator('asaflex-check [data-heading]').waitFor();
  return portal;
}

export class Portal {
  requests = [];
  complaints = [];

  constructor(page, context) {
    this.page = page;
    this.context = context;
  }

  async watch() {
    this.page.on('request', (request) => this.requests.push({ url: request.url(), method: request.method(), body: request.postData() }));
    this.page.on('pageerror', (error) => this.complaints.push(error.message));
    this.page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) this.complaints.push(message.text());
    });
  }

  find(selector) { return this.page.locator(`asaflex-check ${selector}`); }
  close() { return this.context.close(); }

  async catalog(locale) {
    const response = await this.context.request.get(new URL('v1/facts', BASE).href, { headers: { 'Accept-Language': locale } });
    const { facts } = await response.json();
    return new Map(facts.map((fact) => [fact.question, fact]));
  }

  async speak(locale) {
    const button = this.find(`.tongue[lang="${locale}"]`);
    await button.click();
    await this.until(async () => (await this.find('.frame').getAttribute('lang')) === locale, `the page speaks ${locale}`);
  }

  async until(check, what) {
    const end = Date.now() + PATIENCE;
    while (!(await check())) {
      assert.ok(Date.now() < end, `waited in vain: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async start() {
    await this.find('[data-start]').click();
    await this.find('.question').waitFor();
  }

  /** The question on the screen, or null. */
  question() {
    return this.page.evaluate(() => document.querySelector('asaflex-check').shadowRoot.querySelector('.question')?.innerText.replaceAll('\u00a0', ' ') ?? null);
  }

  async isAsking() { return (await this.question()) !== null; }

  /** Waits for the page that follows the question `before`. */
  async next(before) {
    await this.until(async () => (await this.question()) !== before, `something follows "${before}"`);
  }

  /** Answers the question on the screen as a visitor with these facts would; what is not stated is "I do not know". */
  async answer(catalog, facts) {
    const before = await this.question();
    const fact = catalog.get(before);
    assert.ok(fact, `the page asks what the questionnaire does not know: ${before}`);
    const value = facts[fact.id];
    if (value === undefined) await this.find('[data-skip="unknown"]').click();
    else await this.choose(fact, value);
    await this.next(before);
    return fact.id;
  }

  async choose(fact, value) {
    const pressed = this.find(`.choice[data-value="${value}"]`);
    if (await pressed.count()) return pressed.click();
    if (fact.type === 'many') for (const one of value.length ? value : ['']) await this.find(`input[data-value="${one}"]`).check();
    else await this.find('.field input').fill(String(value));
    return this.find('[data-next]').click();
  }

  /** From the first question to the result; returns the facts in the order in which they were asked. */
  async answerAll(catalog, facts, each = async () => {}) {
    const asked = [];
    while (await this.isAsking()) {
      assert.ok(asked.length < 70, `the questions do not end: ${asked.join(', ')}`);
      await each(asked.length);
      asked.push(await this.answer(catalog, facts));
    }
    await this.find('[data-first]').first().waitFor();
    return asked;
  }

  /** How many questions may remain, as the page says it. */
  async left() {
    const left = await this.find('[data-left]').getAttribute('data-left');
    return Number(left);
  }

  calls() { return this.page.evaluate(() => window.portalCalls); }

  /** axe-core finds nothing: WCAG 2.2 A and AA and good practice. */
  async accessible(where) {
    const { violations } = await this.page.evaluate(() => globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'],
    }));
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.join(' ')} ${node.failureSummary}`).join('\n    ')}`);
    assert.deepEqual(found, [], `axe-core on ${where}`);
  }

  /** The element that has the focus, through shadow roots. */
  focused() {
    return this.page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      if (!element) return null;
      const ring = element.closest('.option') ?? element;
      const style = getComputedStyle(ring);
      const box = ring.getBoundingClientRect();
      return {
        tag: element.localName, type: element.type ?? null, value: element.dataset.value ?? null, data: Object.keys(element.dataset), text: element.innerText ?? '',
        heading: element.hasAttribute('data-heading'), ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        seen: box.bottom > 0 && box.top < innerHeight, top: box.top, bottom: box.bottom,
      };
    });
  }

  /** Presses Tab until the focus is on what is wanted; the focus must be visible on the way. */
  async tabTo(wanted, what) {
    for (let presses = 0; presses < 120; presses += 1) {
      await this.page.keyboard.press('Tab');
      const focused = await this.focused();
      if (focused && focused.tag !== 'body' && focused.tag !== 'html') {
        assert.ok(focused.ring, `no visible focus on ${focused.tag} "${focused.text}"`);
        assert.ok(focused.seen, `focus outside the window on ${focused.tag} "${focused.text}"`);
        if (wanted(focused)) return focused;
      }
    }
    return assert.fail(`the keyboard does not reach ${what}`);
  }

  /** No word about the visitor stays, and nothing went anywhere else. */
  async leavesNothing(pages = []) {
    const stored = await this.page.evaluate(async () => ({
      cookie: document.cookie, local: localStorage.length, session: sessionStorage.length, databases: (await indexedDB.databases()).length,
      caches: 'caches' in window ? (await caches.keys()).length : 0, workers: (await navigator.serviceWorker?.getRegistrations())?.length ?? 0,
      name: window.name, hash: location.hash, search: location.search, history: Object.keys(history.state ?? {}).filter((key) => key !== 'asaflex'),
      blocked: window.portalBlocked,
    }));
    assert.deepEqual(stored, { cookie: '', local: 0, session: 0, databases: 0, caches: 0, workers: 0, name: '', hash: '', search: '', history: [], blocked: [] });
    assert.deepEqual(await this.context.cookies(), []);
    const elsewhere = this.requests.filter(({ url }) => ![BASE, ...pages].some((place) => url.startsWith(place)) && !/^(data|blob):/.test(url));
    assert.deepEqual(elsewhere, [], 'requests that leave the origin');
    const withQuery = this.requests.map(({ url }) => new URL(url)).filter(({ search }) => search && !/^\?from=\d{4}-\d\d-\d\d$/.test(search));
    assert.deepEqual(withQuery.map(String), [], 'facts in an address');
    assert.deepEqual(this.complaints, []);
  }
}
