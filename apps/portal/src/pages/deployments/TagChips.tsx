import { type Tags, writtenTags } from './tags.ts';

/** Tags one beside the other; nothing where there are none. */
export function TagChips({ of }: { of: Tags }) {
  return writtenTags(of).map((text) => (
    <span key={text} className="chip">
      {text}
    </span>
  ));
}
