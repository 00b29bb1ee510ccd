// The page with a stand-in for the server behind it, to work on the design without building anything:
//   node tests/page/fake-site.mjs [PORT]
// Accounts, uploads and jobs live in memory; a "conversion" hands the upload back.
import { randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FakeGateway } from './fake-gateway.mjs';

const root = fileURLToPath(new URL('../../src/Gateway.Server/wwwroot/', import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const policy = "default-src 'self'; connect-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const users = new Map();
const tokens = new Map();
const uploads = new Map();
const jobs = new Map();

const server = createServer((request, response) => handle(request, response).catch((error) => {
  console.error(error);
  response.writeHead(500).end();
}));
const gateway = FakeGateway.attach(server);
gateway.authenticate = (_, [, , token]) => (tokens.has(token) ? { user: tokens.get(token).id } : [1004, 'The token is not valid.', 4000]);
server.listen(Number(process.argv[2] ?? 8089), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));

async function handle(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  const user = tokens.get(request.headers.authorization?.replace('Bearer ', ''));
  const json = (status, body, headers = {}) => response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  const problem = (status, code, detail) => json(status, { title: code, status, code, detail });
  const [, first, second, third] = pathname.split('/');

  if (first === 'auth') {
    const body = JSON.parse(await read(request));
    if (second === 'logout') return response.writeHead(204).end();
    if (second === 'register') {
      if (users.has(body.username)) return problem(409, 'username-taken', 'This user name is taken.');
      users.set(body.username, { id: randomUUID(), username: body.username, email: body.email, password: body.password });
    }
    const found = second === 'refresh' ? tokens.get(body.refreshToken) : users.get(body.username);
    if (!found || (second === 'login' && found.password !== body.password)) return problem(401, 'credentials-invalid', 'User name or password is wrong.');
    const [accessToken, refreshToken] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
    tokens.set(accessToken, found).set(refreshToken, found);
    const { password, ...shown } = found;
    return json(200, { accessToken, refreshToken, expiresIn: 900, user: shown });
  }

  if (first === 'upload') {
    if (!user) return problem(401, 'token-missing', 'Please sign in.');
    if (request.method === 'POST') {
      const upload = { id: randomUUID(), user, ...JSON.parse(await read(request)), data: Buffer.alloc(0) };
      uploads.set(upload.id, upload);
      return json(201, { id: upload.id }, { Location: `/upload/${upload.id}` });
    }
    const upload = uploads.get(second);
    if (request.method === 'PATCH') {
      upload.data = Buffer.concat([upload.data, await read(request)]);
      response.setHeader('Upload-Offset', upload.data.length);
      if (upload.data.length < upload.size) return response.writeHead(204).end();
      return json(200, start(upload));
    }
    return response.writeHead(204, { 'Upload-Offset': upload.data.length }).end();
  }

  if (first === 'jobs') {
    const job = jobs.get(second);
    if (third === 'download') return sendRange(request, response, job.upload.data);
    if (!second) return json(200, { jobs: [...jobs.values()].filter((j) => j.user === user).map(show).reverse(), next: null });
    if (!job) return problem(404, 'job-not-found', 'There is no such job.');
    if (request.method === 'DELETE') {
      jobs.delete(second);
      return response.writeHead(204).end();
    }
    return json(200, show(job));
  }

  const path = join(root, normalize(pathname === '/' ? '/index.html' : pathname));
  if (!path.startsWith(root) || !existsSync(path)) return problem(404, 'not-found', 'There is no such page.');
  response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' });
  return createReadStream(path).pipe(response);
}

function start(upload) {
  const job = { id: randomUUID(), user: upload.user, upload, status: 'queued', progress: 0, createdAt: Date.now() };
  jobs.set(job.id, job);
  const timer = setInterval(() => {
    job.status = 'running';
    job.progress += 4;
    job.stage = 'encoding';
    const isOver = job.progress >= 100;
    if (isOver) {
      clearInterval(timer);
      job.status = 'completed';
    }
    gateway.publish(`user:${job.user.id}`, isOver ? 'job:complete' : 'job:progress',
      { id: job.id, jobId: job.id, attempt: 1, status: job.status, progress: job.progress, stage: job.stage, fps: 91.4, speed: 3.1, etaSeconds: (100 - job.progress) / 8 },
      { conflationKey: isOver ? null : job.id });
  }, 200);
  return show(job);
}

function show({ id, upload, status, progress, createdAt }) {
  return { id, filename: upload.filename, preset: upload.preset, status, progress, inputBytes: upload.size, attempt: 1, updatedAt: new Date().toISOString(), createdAt: new Date(createdAt).toISOString(),
    ...(status === 'completed' ? { downloadUrl: `/jobs/${id}/download?signature=x`, outputBytes: upload.size, durationSeconds: 4 } : {}) };
}

function sendRange(request, response, data) {
  const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '');
  if (!range) return response.writeHead(200, { 'Content-Type': 'video/mp4', 'Content-Length': data.length, 'Accept-Ranges': 'bytes' }).end(data);
  const [from, to] = [Number(range[1]), range[2] === '' ? data.length - 1 : Number(range[2])];
  return response.writeHead(206, { 'Content-Type': 'video/mp4', 'Content-Range': `bytes ${from}-${to}/${data.length}`, 'Content-Length': to - from + 1 })
    .end(data.subarray(from, to + 1));
}

async function read(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}
