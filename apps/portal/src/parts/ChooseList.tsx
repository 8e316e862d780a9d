import { Button, Checkbox, Input } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Bones } from './Bones.tsx';
import { Icon } from './Icon.tsx';
import type { Listed } from './Listing.tsx';
import { ProblemBox } from './ProblemBox.tsx';

export interface Choosable {
  readonly id: string;
  readonly name: string;
  /** What it is, in small letters below its name. */
  readonly hint?: ReactNode;
  /** Beside the name. */
  readonly tag?: ReactNode;
  /** It stays as it is. */
  readonly isFixed?: boolean;
}

interface ChooseListProps {
  readonly of: Listed<Choosable>;
  /** What the list is a list of, for screen readers. */
  readonly label: string;
  /** What is searched for; the server searches. */
  readonly typed: string;
  readonly onType: (typed: string) => void;
  readonly isChosen: (id: string) => boolean;
  readonly onChoose: (one: Choosable, isChosen: boolean) => void;
}

/** A long list to tick things in, with a search; it grows page by page. */
export function ChooseList({ of, label, typed, onType, isChosen, onChoose }: ChooseListProps) {
  const { t } = useTranslation();
  return (
    <div className="choose-list">
      <Input
        allowClear
        prefix={<Icon name="search" size={14} />}
        placeholder={t('access.chooseSearch')}
        aria-label={t('access.chooseSearch')}
        value={typed}
        onChange={(event) => onType(event.target.value)}
      />
      {/* The list scrolls, so the keyboard must be able to reach it. */}
      <div className="choices" role="group" aria-label={label} tabIndex={0}>
        {of.items === undefined && !of.error && <Bones lines={4} />}
        {of.error && <ProblemBox error={of.error} {...(of.refetch && { retry: () => void of.refetch?.() })} />}
        {of.items?.length === 0 && <p className="quiet none">{t('access.chooseNone')}</p>}
        {of.items?.map((one) => (
          <Checkbox
            key={one.id}
            checked={isChosen(one.id)}
            disabled={one.isFixed ?? false}
            onChange={(event) => onChoose(one, event.target.checked)}
          >
            <span className="row wrap" style={{ gap: '0 8px' }}>
              <span className="name">{one.name}</span>
              {one.tag}
            </span>
            {one.hint && <span className="sub">{one.hint}</span>}
          </Checkbox>
        ))}
        {of.hasNextPage && (
          <div className="more">
            <Button size="small" loading={of.isFetchingNextPage ?? false} onClick={() => void of.fetchNextPage?.()}>
              {t('action.showMore')}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
