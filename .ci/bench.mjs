// Visits the public pages of a running counter, one after the other; bounded.
const base = process.argv[2];
const visits = 20;
try {
  await fetch(`${base}/healthz`);
} catch {
  console.error(`nothing answers at ${base}: start it with \`make demo\``);
  process.exit(1);
}
const list = await (await fetch(`${base}/servizi`)).text();
const sheet = list.match(/href="(\/servizi\/[a-z0-9-]+)"/)?.[1];
console.log('page'.padEnd(44), 'median ms', '  max ms', ' HTML KB');
for (const path of ['/', '/servizi', sheet, '/area-personale', '/api/openapi.json'].filter(Boolean)) {
  const times = [];
  let size = 0;
  for (let n = 0; n < visits; n += 1) {
    const start = performance.now();
    const answer = await fetch(base + path, { redirect: 'manual' });
    size = (await answer.arrayBuffer()).byteLength;
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const cell = (value) => value.toFixed(1).padStart(9);
  console.log(path.padEnd(44), cell(times[visits / 2]), cell(times[visits - 1]), cell(size / 1024));
}
