import { mostTags, readTag, TagKey, TagValue } from '@pileus/model';
import { z } from 'zod';

/** What something is filed by, by the tags' names. */
export const TagsView = z.record(z.string(), z.string());

/** Those that something begins with. */
export const NewTags = z
  .record(TagKey, TagValue)
  .refine((tags) => Object.keys(tags).length <= mostTags, `At most ${mostTags} tags`)
  .default({});

/** Tags that are not given stay; null takes one away. */
export const TagChanges = z.record(TagKey, TagValue.nullable());

/** `owner=zhang`, or `owner` for any value. */
export const tagSought = z
  .string()
  .refine((text) => readTag(text) !== undefined, 'Name a tag, or a tag and its value: owner=zhang')
  .optional();
