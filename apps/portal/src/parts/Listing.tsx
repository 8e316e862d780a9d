import { useVirtualizer } from '@tanstack/react-virtual';
import { Button } from 'antd';
import { type CSSProperties, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { csv, saveFile } from '../format/csv.ts';
import { Bones } from './Bones.tsx';
import { Icon } from './Icon.tsx';
import { Nothing } from './Nothing.tsx';
import { ProblemBox } from './ProblemBox.tsx';

export interface Column<T> {
  readonly key: string;
  readonly title: ReactNode;
  readonly cell: (item: T) => ReactNode;
  /** What the CSV file says; columns without it are left out there. */
  readonly text?: (item: T) => string;
  readonly width?: number | string;
  readonly align?: 'end';
  /** Long values are cut off with an ellipsis, or wrapped; otherwise they widen the column. */
  readonly long?: 'cut' | 'wrap';
  /** Stays in view when the table is scrolled sideways. */
  readonly stay?: true;
}

/** A list as `useList` reads it, or one that is there as a whole. */
export interface Listed<T> {
  readonly items?: readonly T[] | undefined;
  readonly error?: Error | null;
  readonly refetch?: () => unknown;
  readonly hasNextPage?: boolean;
  readonly isFetchingNextPage?: boolean;
  readonly fetchNextPage?: () => unknown;
  /** All rows, for the CSV file. */
  readonly all?: () => Promise<readonly T[]>;
}

interface ListingProps<T> {
  readonly of: Listed<T>;
  readonly columns: readonly Column<T>[];
  readonly rowKey: (item: T) => string;
  /** What the table is a list of, for screen readers and the CSV file's name. */
  readonly label: string;
  /** One sentence and what to do, when there is nothing at all. */
  readonly empty: ReactNode;
  /** Search and filters; their values live in the URL. */
  readonly filters?: ReactNode;
  /** Clears the filters; given while any is set. */
  readonly reset?: (() => void) | undefined;
}

/** Every list of the portal: its filters, its rows, and what stands there while it loads, fails or is empty. */
export function Listing<T>(props: ListingProps<T>) {
  const { of, filters, label, columns, reset } = props;
  const { t } = useTranslation();
  const count = of.items?.length ?? 0;
  return (
    <div className="stack" style={{ gap: 12 }}>
      {filters && (
        <div className="filters" role="search">
          {filters}
          {reset && (
            <Button type="link" size="small" onClick={reset}>
              {t('action.resetFilters')}
            </Button>
          )}
          <div className="end">
            <span aria-live="polite">
              {of.items && count > 0 && t(of.hasNextPage ? 'common.countMore' : 'common.count', { count })}
            </span>
            {of.all && count > 0 && <SaveCsv all={of.all} columns={columns} name={label} />}
          </div>
        </div>
      )}
      <div className="panel">
        <Rows {...props} />
      </div>
    </div>
  );
}

function Rows<T>({ of, columns, rowKey, label, empty, reset }: ListingProps<T>) {
  const { t } = useTranslation();
  if (of.items === undefined) {
    if (!of.error) return <Bones lines={6} />;
    return (
      <div style={{ padding: 16 }}>
        <ProblemBox
          error={of.error}
          title={t('problem.title')}
          {...(of.refetch && { retry: () => void of.refetch?.() })}
        />
      </div>
    );
  }
  if (of.items.length === 0) {
    if (!reset) return <>{empty}</>;
    return (
      <Nothing icon="search" text={t('common.notFoundFilter')}>
        <Button onClick={reset}>{t('action.resetFilters')}</Button>
      </Nothing>
    );
  }
  return (
    <>
      <Table items={of.items} columns={columns} rowKey={rowKey} label={label} />
      {of.hasNextPage && (
        <div className="more">
          <Button loading={of.isFetchingNextPage ?? false} onClick={() => void of.fetchNextPage?.()}>
            {t('action.showMore')}
          </Button>
        </div>
      )}
    </>
  );
}

const rowHeight = 42;

/** A table that draws only the rows in view once there are many. */
export function Table<T>({
  items,
  columns,
  rowKey,
  label,
}: {
  items: readonly T[];
  columns: readonly Column<T>[];
  rowKey: (item: T) => string;
  label: string;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const many = items.length > 100;
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    enabled: many,
  });
  const shown = many ? rows.getVirtualItems().map((row) => row.index) : items.map((_, index) => index);
  const before = many ? (rows.getVirtualItems()[0]?.start ?? 0) : 0;
  const after = many ? rows.getTotalSize() - (rows.getVirtualItems().at(-1)?.end ?? 0) : 0;
  return (
    // The region scrolls, so the keyboard must be able to reach it.
    <div className={`listing ${many ? 'tall' : ''}`} ref={frame} tabIndex={0} role="region" aria-label={label}>
      <table className="table" aria-rowcount={items.length}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                title={column.long === 'cut' && typeof column.title === 'string' ? column.title : undefined}
                className={`${column.align ?? ''} ${column.stay ? 'stay' : ''}`}
                style={{ width: column.width, ...cutStyle(column) }}
              >
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Space height={before} columns={columns.length} />}
          {shown.map((index) => {
            const item = items[index];
            if (item === undefined) return null;
            return (
              <tr key={rowKey(item)} className="item" data-index={index} ref={many ? rows.measureElement : undefined}>
                {columns.map((column) => (
                  <td key={column.key} className={cellClass(column)} style={cutStyle(column)}>
                    {column.cell(item)}
                  </td>
                ))}
              </tr>
            );
          })}
          {after > 0 && <Space height={after} columns={columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

function cellClass<T>(column: Column<T>): string {
  const long = column.long === 'cut' ? 'one-line' : column.long === 'wrap' ? 'wrap' : '';
  return `${column.align ?? ''} ${long} ${column.stay ? 'stay' : ''}`;
}

/** What is cut off takes the width that its column is given, however long it is. */
function cutStyle<T>({ long, width }: Column<T>): CSSProperties | undefined {
  return long === 'cut' && width !== undefined
    ? { maxWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' }
    : undefined;
}

function Space({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden="true">
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

function SaveCsv<T>({
  all,
  columns,
  name,
}: {
  all: () => Promise<readonly T[]>;
  columns: readonly Column<T>[];
  name: string;
}) {
  const { t } = useTranslation();
  const save = async () => {
    const told = columns.filter((column) => column.text);
    const rows = (await all()).map((item) => told.map((column) => column.text?.(item) ?? ''));
    const header = told.map((column) => (typeof column.title === 'string' ? column.title : column.key));
    saveFile(`${name}.csv`, csv(header, rows));
  };
  return (
    <Button
      size="small"
      icon={<Icon name="download" size={14} />}
      title={t('action.csvHint')}
      onClick={() => void save()}
    >
      {t('action.csv')}
    </Button>
  );
}
