import { failures, reasons } from '@pileus/model';
import { code, markdownTable } from './markdown.ts';

/** Every failure the platform can report, from the catalogue in packages/model. */
export function failuresPage(): string {
  const rows = Object.entries(failures).map(([name, failure]) => [
    code(name),
    String(failure.status),
    failure.title.en,
    failure.title['zh-CN'],
    'retry' in failure ? 'yes' : '',
    'unclear' in failure ? 'yes' : '',
  ]);
  return `# Failures

What is refused or fails is answered as \`application/problem+json\` (RFC 9457) with a stable \`code\`, the \`facts\` that fill the
sentence's holes, and where there are several problems, each with its place. Runs and steps carry the same data.

*Again*: trying again later, unchanged, may succeed; the engine does so by itself. *Unclear*: what was asked for may have
happened all the same; the engine finds out before it asks again.

${markdownTable(['code', 'status', 'English', '中文', 'again', 'unclear'], rows)}

## Reasons

What of the facts is a text of ours stands once more under \`because\`, by the fact's name, as \`reason\` and \`facts\`: a stable code, to be
said in any language. Problems have it too. What a cloud said itself has none.

${markdownTable(
  ['reason', 'English', '中文'],
  Object.entries(reasons).map(([name, text]) => [code(name), text.en, text['zh-CN']]),
)}`;
}
