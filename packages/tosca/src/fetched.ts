import { defaultLimits, type Limits } from './limits.ts';
import { profileNamed } from './profile.ts';
import { Report } from './report.ts';
import { loadUnit, type Files, type Missed, type Unit } from './unit.ts';

/** The text behind a URL, or why there is none. */
export type Fetched = { readonly text: string } | Missed;

/**
 * The URLs a template imports that `files` neither has nor has missed. Reading uses no network: whoever reads fetches these,
 * gives them with `withFetched`, and asks again, for what was fetched may import more.
 */
export function importsWanted(files: Files, entry: string, limits: Limits = defaultLimits): string[] {
  const wanted = new Set<string>();
  const units = new Map<string, Unit | undefined>();
  const report = new Report();
  const loading = { files, report, limits, isProfile: false, profile: profileNamed, units, taken: new Set<string>() };
  if (files.has(entry)) loadUnit({ ...loading, wanted }, entry);
  return [...wanted];
}

/** A template's own files, and beside them what was fetched, by URL. */
export function withFetched(files: Files, fetched: ReadonlyMap<string, Fetched>): Files {
  return {
    has: (path) => textAt(fetched, path) !== undefined || files.has(path),
    text: (path) => textAt(fetched, path) ?? files.text(path),
    paths: () => files.paths?.() ?? [],
    missed: (url) => {
      const one = fetched.get(url);
      return one && 'is' in one ? one : files.missed?.(url);
    },
  };
}

function textAt(fetched: ReadonlyMap<string, Fetched>, url: string): string | undefined {
  const one = fetched.get(url);
  return one && 'text' in one ? one.text : undefined;
}
