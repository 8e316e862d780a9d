import type { ReactNode } from 'react';

/** Names and values. What has no value is left out. */
export function Facts({
  of,
  lines = false,
}: {
  of: readonly (readonly [name: string, value: ReactNode])[];
  lines?: boolean;
}) {
  return (
    <dl className={`facts ${lines ? 'lines' : ''}`}>
      {of
        .filter(([, value]) => value !== undefined && value !== '' && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
