/** Files that a person has chosen, with paths relative to the template's root. */
export interface ChosenFile {
  readonly path: string;
  readonly file: File;
}

/** What `post /templates` takes. */
export interface Upload {
  readonly files?: { readonly path: string; readonly content: string; readonly encoding: 'utf8' | 'base64' }[];
  readonly archive?: string;
}

export const mostMegabytes = 16;

export function isArchive(name: string): boolean {
  return /\.(csar|zip)$/i.test(name);
}

/** What was dropped: files, and everything below folders. */
export async function droppedFiles(items: DataTransferItemList): Promise<ChosenFile[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return withoutTop((await Promise.all(entries.map((entry) => filesBelow(entry, '')))).flat());
}

/** What a file input holds; those of a folder carry their path. */
export function pickedFiles(list: FileList): ChosenFile[] {
  return withoutTop([...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/** One folder around everything is not part of the template: `shop/service.yaml` is `service.yaml`. */
export function withoutTop<F extends { readonly path: string }>(files: readonly F[]): F[] {
  const real = files.filter(({ path }) => !/(^|\/)(\.DS_Store|\.git\/|__MACOSX\/)/.test(path));
  const top = real[0]?.path.split('/')[0];
  const inOne = real.length > 0 && real.every(({ path }) => path.startsWith(`${top}/`));
  return inOne && top !== undefined ? real.map((file) => ({ ...file, path: file.path.slice(top.length + 1) })) : real;
}

/** Text goes as text, so that it can be read in a log of requests; anything else as base64. */
export async function upload(files: readonly ChosenFile[]): Promise<Upload> {
  const [only] = files;
  if (files.length === 1 && only && isArchive(only.file.name))
    return { archive: base64(new Uint8Array(await only.file.arrayBuffer())) };
  return {
    files: await Promise.all(
      files.map(async ({ path, file }) => {
        const content = new Uint8Array(await file.arrayBuffer());
        const text = asText(content);
        return text === undefined
          ? { path, content: base64(content), encoding: 'base64' as const }
          : { path, content: text, encoding: 'utf8' as const };
      }),
    ),
  };
}

async function filesBelow(entry: FileSystemEntry, folder: string): Promise<ChosenFile[]> {
  const path = folder + entry.name;
  if (entry instanceof FileSystemFileEntry) {
    return [{ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) }];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const found: ChosenFile[] = [];
  // A reader hands out at most 100 entries at a time, and none when it is through.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    for (const below of some) found.push(...(await filesBelow(below, `${path}/`)));
  }
}

function asText(content: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function base64(content: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < content.length; at += 8192) binary += String.fromCharCode(...content.subarray(at, at + 8192));
  return btoa(binary);
}
