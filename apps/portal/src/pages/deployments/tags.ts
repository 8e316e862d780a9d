import { readTag } from '@pileus/model/tags';

export type Tags = Readonly<Record<string, string>>;

/** Tags as somebody writes them: `owner=zhang`, one each. */
export function writtenTags(tags: Tags): string[] {
  return Object.entries(tags).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
}

/** The first of them that names no tag; undefined where all do. */
export function unreadableTag(written: readonly string[]): string | undefined {
  return written.find((text) => readTag(text) === undefined);
}

/** What is written as tags; the last of one name counts. */
export function tagsWritten(written: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    written.flatMap((text) => {
      const tag = readTag(text);
      return tag ? [[tag.key, tag.value ?? '']] : [];
    }),
  );
}

/** What leads from some tags to others: those that are to go are null. */
export function tagChanges(before: Tags, after: Tags): Record<string, string | null> {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).filter(([key, value]) => before[key] !== value);
  return { ...Object.fromEntries(gone.map((key) => [key, null])), ...Object.fromEntries(changed) };
}
