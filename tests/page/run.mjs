// Runs the tests of this folder and tells what failed on standard error. (As a script, since NodeInterop runs scripts.)
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.test.mjs')).map((name) => folder + name);
const stream = run({ files, concurrency: true });
stream.on('test:fail', () => (process.exitCode = 1));
stream.compose(new spec()).pipe(process.stderr);
