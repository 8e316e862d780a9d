import './access.css';
import type { PolicyDocument } from '@pileus/policy';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useText } from '../../i18n/index.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { useNow } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { useWords, vocabularyOf, type Words } from '../policies/vocabulary.ts';
import { type Extent, extentsOf } from './extents.ts';
import { type AllHeld, usePolicyDetails } from './held.ts';
import type { Principal } from './named.ts';

interface Row {
  readonly kind: string;
  readonly title: string;
  readonly actions: readonly { readonly name: string; readonly title: string; readonly extent: Extent }[];
}

/** All that somebody may do by the policies that apply, by kinds of things; each leads to the simulator, which says why. */
export function MayDo({
  principal,
  held,
  isDisabled = false,
}: {
  principal: Principal;
  held: AllHeld;
  isDisabled?: boolean;
}) {
  const { t } = useTranslation();
  const words = useWords();
  const details = usePolicyDetails(held.items.map(({ policy }) => policy.id));
  const rows = useRows(
    words,
    principal,
    [...details.byId.values()].map(({ document }) => document as PolicyDocument),
  );
  if (details.error) return <ProblemBox error={details.error} />;
  if (!rows || held.isPending || details.isPending) return <Bones lines={6} />;
  return (
    <>
      <div className="legend quiet">
        <span>{t('access.mayHint')}</span>
        <span>
          <Mark extent="all" /> {t('access.legendAll')}
        </span>
        <span>
          <Mark extent="some" /> {t('access.legendSome')}
        </span>
      </div>
      {isDisabled && (
        <p className="note warn">
          <Icon name="warning" />
          {t('access.disabledMay')}
        </p>
      )}
      {held.isPart && (
        <p className="note">
          <Icon name="info" />
          {t('access.unread')}
        </p>
      )}
      <Listing
        of={{ items: rows }}
        columns={columnsOf(principal, t('access.onKind'), t('access.actions'))}
        rowKey={({ kind }) => kind}
        label={t('access.may')}
        empty={<Nothing icon="lock" text={t('access.mayNothing')} />}
      />
    </>
  );
}

function useRows(
  words: Words | undefined,
  principal: Principal,
  documents: readonly PolicyDocument[],
): Row[] | undefined {
  const say = useText();
  const now = useNow(10_000);
  if (!words) return undefined;
  const extents = extentsOf(documents, vocabularyOf(words), principal, new Date(now));
  const rows = words.kinds.map(({ name: kind, title }) => ({
    kind,
    title: say(title),
    actions: words.actions.flatMap((action) => {
      const extent = action.kind === kind ? extents.get(action.name) : undefined;
      return extent ? [{ name: action.name, title: say(action.title), extent }] : [];
    }),
  }));
  return rows.filter(({ actions }) => actions.length > 0);
}

function columnsOf(principal: Principal, kind: string, actions: string): Column<Row>[] {
  return [
    {
      key: 'kind',
      title: kind,
      width: 180,
      text: (row) => row.title,
      cell: (row) => (
        <div className="main-cell">
          <span>{row.title}</span>
          <code className="sub">{row.kind}</code>
        </div>
      ),
    },
    {
      key: 'actions',
      title: actions,
      long: 'wrap',
      text: (row) => row.actions.map(({ name }) => name).join(' '),
      cell: (row) => (
        <span className="few may">
          {row.actions.map((action) => (
            <ActionTag key={action.name} action={action} kind={row.kind} principal={principal} />
          ))}
        </span>
      ),
    },
  ];
}

function ActionTag({
  action,
  kind,
  principal,
}: {
  action: Row['actions'][number];
  kind: string;
  principal: Principal;
}) {
  const { t } = useTranslation();
  const look = `tag ${action.extent === 'all' ? 'ok' : 'warn'}`;
  const content = (
    <>
      <Mark extent={action.extent} /> {action.name}
    </>
  );
  // A user is found by its name; a program that is called like one is not.
  const asked = principal.kind === 'user' ? principal.name : principal.id;
  // Only who acts can be asked about: a group does not.
  if (principal.kind === 'group')
    return (
      <span className={look} title={action.title}>
        {content}
      </span>
    );
  return (
    <Link
      to="/policy-simulator"
      search={{ tab: 'may', principal: asked, action: action.name, resource: `${kind}/*` }}
      className={look}
      title={`${action.title}. ${t('access.why', { action: action.name })}`}
    >
      {content}
    </Link>
  );
}

/** Says on how much by its shape too. */
function Mark({ extent }: { extent: Extent }) {
  const { t } = useTranslation();
  return (
    <>
      <span aria-hidden="true">{extent === 'all' ? '✓' : '◐'}</span>
      <span className="visually-hidden">{t(extent === 'all' ? 'access.everywhere' : 'access.somewhere')} </span>
    </>
  );
}
