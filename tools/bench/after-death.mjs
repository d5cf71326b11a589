// Ends what a benchmark leaves behind when it is killed: its services, its PostgreSQL and its folder.
// node after-death.mjs FOLDER, with a line on standard input for each service started; `done` when all was closed in order.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const folder = process.argv[2];
const services = [];
// Ctrl-C reaches this process too; what is to be done is done when the other one is gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'done') process.exit(0);
  services.push(Number(line));
}
for (const pid of services) end(pid, 'SIGTERM');
const file = join(folder, 'postgres', 'postmaster.pid');
if (existsSync(file)) {
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  end(pid, 'SIGINT');
  for (let waited = 0; existsSync(file) && waited < 15_000; waited += 50) await new Promise((wake) => setTimeout(wake, 50));
  if (existsSync(file)) end(pid, 'SIGQUIT');
}
rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

function end(pid, signal) {
  try {
    if (pid > 1) process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
