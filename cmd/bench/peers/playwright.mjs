// Playwright: plays job.steps with click, fill and press, or measures job.fetches answered by a route.
import {chromium} from 'playwright-core';
import {content, launchArgs, readJob, report, viewport} from './common.mjs';

const job = await readJob();
const browser = await chromium.launch({executablePath: job.browser, headless: true, args: launchArgs(job)});
try {
  const warm = await browser.newPage(); // the first page of a process pays for what later ones share
  await warm.goto(job.app + '/desk/1');
  await warm.close();
  const page = await (await browser.newContext({viewport})).newPage();
  page.setDefaultTimeout(10_000);
  report(job.fetches ? await fetches(page, job.fetches) : await flow(page, job.steps));
} finally {
  await browser.close();
}

async function flow(page, steps) {
  const begin = performance.now();
  for (const s of steps) {
    switch (s.kind) {
      case 'open': await page.goto(job.app + s.path); break;
      case 'click': await page.getByTestId(s.test).click({position: {x: 8, y: 8}}); break;
      case 'type': await page.getByTestId(s.test).fill(s.text ?? ''); break;
      case 'key': await page.keyboard.press(s.key); break;
      default: throw new Error(`unknown step ${s.kind}`);
    }
  }
  await page.waitForFunction(job.end);
  return performance.now() - begin;
}

/** The time is the page's own, so that the click and the waiting for its end are not in it. */
async function fetches(page, {size}) {
  await page.route('**/data/**', (route) => {
    const i = Number(route.request().url().split('/').pop());
    return route.fulfill({status: 200, contentType: 'text/plain', body: content(size, i)});
  });
  await page.goto(job.app + job.path);
  await page.getByTestId('run').click();
  await page.waitForFunction(job.end, undefined, {timeout: 60_000});
  return Number(await page.getByTestId('done').getAttribute('data-ms'));
}
