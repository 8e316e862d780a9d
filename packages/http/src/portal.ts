import { readFile, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Serves the portal's built files; every address that is no file is a page of the portal, so it gets `index.html`. */
export function portal(directory: string | undefined): (request: Request) => Promise<Response> {
  const squeeze = compressor();
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return plain(405, 'Only GET is possible here.', { allow: 'GET, HEAD' });
    const path = decoded(new URL(request.url).pathname);
    if (!directory || path === undefined)
      return path === undefined ? plain(400, 'This address is not valid.') : notBuilt();
    const file = await find(directory, path);
    if (file) return send(file, request, squeeze);
    if (extname(path) !== '') return plain(404, `There is no file ${path}.`);
    const index = await find(directory, '/index.html');
    return index ? send(index, request, squeeze) : notBuilt();
  };
}

interface File {
  readonly path: string;
  readonly modified: number;
  readonly bytes: number;
}

/** Decoded before it is joined, so that an encoded `..` is seen as one; undefined for what cannot be a path. */
function decoded(pathname: string): string | undefined {
  try {
    const path = decodeURIComponent(pathname);
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}

async function find(directory: string, path: string): Promise<File | undefined> {
  const full = join(directory, path);
  if (!full.startsWith(join(directory, sep))) return undefined;
  const found = await stat(full).catch(() => undefined);
  return found?.isFile() ? { path: full, modified: found.mtimeMs, bytes: found.size } : undefined;
}

async function send(file: File, request: Request, squeeze: Compressor): Promise<Response> {
  const type = types[extname(file.path)] ?? 'application/octet-stream';
  const etag = `W/"${file.bytes.toString(36)}-${Math.trunc(file.modified).toString(36)}"`;
  const headers: Record<string, string> = {
    'content-type': type,
    'cache-control': caching(file.path),
    etag,
    vary: 'Accept-Encoding',
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const small = file.bytes < 1_024 || !compressible.test(type);
  const accepted = small ? '' : (request.headers.get('accept-encoding') ?? '');
  const { encoding, content } = await squeeze(file, accepted);
  return new Response(content, { headers: { ...headers, ...(encoding && { 'content-encoding': encoding }) } });
}

/** Vite puts a hash of the content in the name of everything below `assets`, so it never changes under its name. */
function caching(path: string): string {
  return path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

type Content = Buffer<ArrayBuffer>;
type Compressor = (file: File, accepted: string) => Promise<{ encoding: string | undefined; content: Content }>;

/** Takes `.br` and `.gz` files that lie beside a file, else compresses once and remembers it. */
function compressor(): Compressor {
  const remembered = new Map<string, { modified: number; content: Promise<Content> }>();
  const squeezed = (file: File): Promise<Content> => {
    const known = remembered.get(file.path);
    if (known?.modified === file.modified) return known.content;
    const content = readFile(file.path).then((whole) => promisify(gzip)(whole) as Promise<Content>);
    content.catch(() => remembered.delete(file.path));
    remembered.set(file.path, { modified: file.modified, content });
    return content;
  };
  return async (file, accepted) => {
    for (const [encoding, ending] of [
      ['br', '.br'],
      ['gzip', '.gz'],
    ] as const) {
      const ready = accepted.includes(encoding) ? await readFile(file.path + ending).catch(() => undefined) : undefined;
      if (ready) return { encoding, content: ready };
    }
    if (accepted.includes('gzip')) return { encoding: 'gzip', content: await squeezed(file) };
    return { encoding: undefined, content: await readFile(file.path) };
  };
}

const compressible = /^(text\/|application\/(javascript|json|manifest)|image\/svg)/;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
  });
}

function notBuilt(): Response {
  return plain(
    503,
    'The portal has not been built yet. Build it with\n\n    npm run build --workspace @pileus/portal\n\n' +
      'and load this page again. The API answers already: /api/v1/openapi.json describes it.',
  );
}
