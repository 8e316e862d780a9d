/** A page of a list, as the API answers it. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
}

/** Reads page after page until there are `limit` items or no more. `fetchPage` gets the cursor and how many to ask for. */
export async function collect<Item>(
  fetchPage: (cursor: string | undefined, limit: number) => Promise<Page<Item>>,
  limit = Number.POSITIVE_INFINITY,
): Promise<{ items: Item[]; more: boolean }> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await fetchPage(cursor, Math.min(500, limit - items.length));
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && items.length < limit);
  return { items: items.slice(0, limit), more: cursor !== undefined || items.length > limit };
}
