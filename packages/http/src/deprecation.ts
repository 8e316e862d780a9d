import type { Deprecated, Endpoint } from '@pileus/api';

/** What tells callers of a call that was given up (RFC 9745), from when on it may be gone (RFC 8594), and what to call. */
export function deprecationHeaders({ deprecated }: Pick<Endpoint, 'deprecated'>): Record<string, string> {
  if (!deprecated) return {};
  const { since, gone, instead } = deprecated;
  return {
    deprecation: `@${secondsOf(since)}`,
    sunset: new Date(secondsOf(gone) * 1_000).toUTCString(),
    link: `</api/v1${pathOf({ instead })}>; rel="successor-version", </api/v1/openapi.json>; rel="deprecation"; type="application/json"`,
  };
}

const pathOf = ({ instead }: Pick<Deprecated, 'instead'>): string => instead.slice(instead.indexOf(' ') + 1);
const secondsOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1_000;
