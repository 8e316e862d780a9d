/** A tar archive (POSIX.1-1988 ustar, with GNU's long names) of plain files; what they lie in is made by whoever unpacks it. */
export function tarOf(
  files: Iterable<readonly [path: string, file: { content: Uint8Array; mode: number }]>,
  now = Date.now(),
): Buffer {
  const parts: Buffer[] = [];
  for (const [path, { content, mode }] of files) {
    const name = Buffer.from(path);
    if (name.length > 100) parts.push(...entry(longName, Buffer.concat([name, Buffer.alloc(1)]), 0o644, 'L', now));
    parts.push(...entry(name.subarray(0, 100), content, mode, '0', now));
  }
  parts.push(Buffer.alloc(2 * block));
  return Buffer.concat(parts);
}

const block = 512;
const longName = Buffer.from('././@LongLink');

function entry(name: Buffer, content: Uint8Array, mode: number, type: '0' | 'L', now: number): Buffer[] {
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  name.copy(header);
  octal(mode, 100, 8);
  octal(0, 108, 8); // owner and group: whoever unpacks it
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(Math.floor(now / 1000), 136, 12);
  header.write('        ', 148, 'latin1'); // the checksum counts as blanks while it is computed
  header.write(type, 156, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return [header, Buffer.from(content), Buffer.alloc((block - (content.length % block)) % block)];
}
