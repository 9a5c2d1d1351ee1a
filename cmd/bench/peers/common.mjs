// What the peers share: one job comes on stdin, its result goes to stdout, each as one JSON object.

/** Flags that let an automated Chromium run anywhere; the same for every peer. */
export const launchArgs = (job) => [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ...job.flags,
];

export async function readJob() {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text);
}

export const report = (ms) => process.stdout.write(JSON.stringify({ms}) + '\n');

export const viewport = {width: 1200, height: 800};

/** The i-th of the texts of job.fetches.size bytes that are fetched; the app's server makes the same. */
export function content(size, i) {
  const head = `${i} `;
  if (size < head.length) return head.slice(0, size);
  const line = 'the quick brown fox jumps over the lazy dog, row 0123456789; ';
  return head + line.repeat(Math.floor(size / line.length) + 1).slice(0, size - head.length);
}
