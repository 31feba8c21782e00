// One real browser for all tests of this folder: how it is started, and how long it may take.
import { chromium } from 'playwright-core';

export const BASE = new URL(process.env.ASAFLEX_URL ?? 'http://127.0.0.1:8080').href;

// Without a graphics process: where it has no hardware it can stall for half a minute, and with it every frame that a click waits for.
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

/** Longest that anything on a page is waited for, in milliseconds: what a busy machine needs, since nothing here is about speed. */
export const PATIENCE = 120_000;

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS, timeout: PATIENCE });

/** A visitor of their own, with nothing from any other. */
export async function newContext(browser, options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  return context;
}
