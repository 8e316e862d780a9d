import './access.css';
import type { AnswerOf, BodyOf } from '@pileus/api';
import type { UseQueryResult } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Token } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment, useNow } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { ShownOnce } from '../../parts/ShownOnce.tsx';
import { NewToken } from './NewToken.tsx';

export type TokenGiven = BodyOf<'post /me/tokens'>;
type Made = AnswerOf<'post /me/tokens'>;

interface TokensProps {
  readonly of: UseQueryResult<{ items: Token[] }>;
  /** Whose they are, where they are not one's own. */
  readonly owner?: string;
  /** Actions that a new one can be held to; all there are unless told. */
  readonly actions?: readonly string[] | undefined;
  /** Absent where one may only look. */
  readonly calls?: {
    readonly make: (given: TokenGiven) => Promise<Made>;
    readonly revoke: (token: string) => Promise<unknown>;
  };
}

/** Access tokens: how each begins, what it may be used for and how long, when it was used last. A new one is shown once. */
export function Tokens({ of, owner, actions, calls }: TokensProps) {
  const { t } = useTranslation();
  const [isNew, setNew] = useState(false);
  const [made, setMade] = useState<Made>();
  const [leaving, setLeaving] = useState<Token>();
  const columns = useColumns(calls ? setLeaving : undefined);
  const isEmpty = of.data?.items.length === 0;
  const add = calls && (
    <div>
      <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setNew(true)}>
        {t(owner === undefined ? 'tokens.add' : 'tokens.addKey')}
      </Button>
    </div>
  );
  return (
    <>
      {!isEmpty && add}
      <Listing
        of={{ items: of.data?.items, error: of.error, refetch: of.refetch }}
        columns={columns}
        rowKey={({ id }) => id}
        label={t(owner === undefined ? 'tokens.title' : 'services.keys')}
        empty={
          <Nothing icon="key" text={t(owner === undefined ? 'tokens.empty' : 'tokens.emptyKeys')}>
            {add}
          </Nothing>
        }
      />
      {isNew && calls && (
        <NewToken
          title={owner === undefined ? t('tokens.addTitle') : t('tokens.addKeyTitle', { name: owner })}
          actions={actions}
          onMake={async (given) => setMade(await calls.make(given))}
          onClose={() => setNew(false)}
        />
      )}
      {made && (
        <ShownOnce
          title={t('access.once.tokenTitle', { name: made.name })}
          label={t('access.once.token')}
          text={made.token}
          hint={t('access.once.tokenHint')}
          onClose={() => setMade(undefined)}
        />
      )}
      {leaving && calls && <RevokeToken token={leaving} revoke={calls.revoke} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

function RevokeToken({
  token: { id, name },
  revoke,
  onClose,
}: {
  token: Token;
  revoke: (token: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  return (
    <AskDialog
      title={t('tokens.revokeTitle', { name })}
      ok={t('tokens.revoke')}
      isDanger
      onOk={async () => {
        await revoke(id);
        void message.success(t('tokens.revoked', { name }));
      }}
      onClose={onClose}
    >
      <p>{t('tokens.revokeText')}</p>
    </AskDialog>
  );
}

function useColumns(onRevoke: ((token: Token) => void) | undefined): Column<Token>[] {
  const { t } = useTranslation();
  const now = useNow(10_000);
  const isExpired = ({ expiresAt }: Token) => expiresAt !== undefined && Date.parse(expiresAt) <= now;
  return [
    {
      key: 'name',
      title: t('tokens.name'),
      text: ({ name }) => name,
      cell: ({ name }) => <strong style={{ fontWeight: 550 }}>{name}</strong>,
    },
    {
      key: 'prefix',
      title: t('tokens.prefix'),
      text: ({ prefix }) => prefix,
      cell: ({ prefix }) => <code>{prefix}…</code>,
    },
    {
      key: 'scopes',
      title: t('tokens.scopes'),
      long: 'wrap',
      text: ({ scopes }) => scopes?.join(' ') ?? t('tokens.allScopes'),
      cell: ({ scopes }) =>
        scopes ? (
          <span className="few">
            {scopes.map((scope) => (
              <code key={scope} className="chip">
                {scope}
              </code>
            ))}
          </span>
        ) : (
          t('tokens.allScopes')
        ),
    },
    {
      key: 'createdAt',
      title: t('common.createdAt'),
      text: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <Moment at={createdAt} />,
    },
    {
      key: 'expiresAt',
      title: t('tokens.expiresAt'),
      text: ({ expiresAt }) => expiresAt ?? t('tokens.never'),
      cell: (token) => {
        if (token.expiresAt === undefined) return t('tokens.never');
        if (isExpired(token)) return <span className="tag warn">{t('tokens.expired')}</span>;
        return <Moment at={token.expiresAt} relative />;
      },
    },
    {
      key: 'usedAt',
      title: t('tokens.usedAt'),
      text: ({ usedAt }) => usedAt ?? '',
      cell: ({ usedAt, usedIp }) =>
        usedAt === undefined ? (
          <span className="quiet">{t('tokens.unused')}</span>
        ) : (
          <div className="main-cell">
            <Moment at={usedAt} relative />
            {usedIp !== undefined && <span className="sub">{t('tokens.usedFrom', { ip: usedIp })}</span>}
          </div>
        ),
    },
    ...(onRevoke
      ? [
          {
            key: 'revoke',
            title: <span className="visually-hidden">{t('tokens.revoke')}</span>,
            align: 'end' as const,
            cell: (token: Token) => (
              <Button
                size="small"
                danger
                aria-label={t('tokens.revokeNamed', { name: token.name })}
                onClick={() => onRevoke(token)}
              >
                {t('tokens.revoke')}
              </Button>
            ),
          },
        ]
      : []),
  ];
}
