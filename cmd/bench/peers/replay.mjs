// @puppeteer/replay: plays job.flow, a Recorder flow, and reports the ms that it took until job.end holds.
import puppeteer from 'puppeteer-core';
import {createRunner, PuppeteerRunnerExtension, parse} from '@puppeteer/replay';
import {launchArgs, readJob, report, viewport} from './common.mjs';

const job = await readJob();
const browser = await puppeteer.launch({
  executablePath: job.browser, headless: true, args: launchArgs(job), defaultViewport: viewport,
});
try {
  const warm = await browser.newPage(); // the first page of a process pays for what later ones share
  await warm.goto(job.app + '/desk/1');
  await warm.close();
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const runner = await createRunner(parse(job.flow), new PuppeteerRunnerExtension(browser, page));
  const begin = performance.now();
  await runner.run();
  await page.waitForFunction(job.end, {timeout: 10_000});
  report(performance.now() - begin);
} finally {
  await browser.close();
}
