/** Joins a path to the folder of the file that names it. Undefined when it leads out of the template. */
export function resolvePath(from: string, path: string): string | undefined {
  const segments = path.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.join('/');
}

export function isUrl(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
}

/** `file:types/a.yaml`, `file:///types/a.yaml`: a path like any other. */
export function withoutFileScheme(url: string): string {
  return url.replace(/^file:(?:\/\/(?:localhost)?(?=\/))?/i, '');
}

export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}
