import type { AnswerOf } from '@pileus/api';
import { ApiProblem, tagOf } from '@pileus/api/client';
import { App, Button, Modal, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { failureSentence } from '../../parts/problem.ts';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { ReadFirst } from '../../parts/ReadFirst.tsx';
import { usePermission } from '../../shell/permission.ts';
import { MethodForm } from './MethodForm.tsx';

export type Method = AnswerOf<'get /sign-in-methods'>['items'][number];

interface Asked {
  readonly kind: Method['kind'];
  /** The one that is changed. */
  readonly method?: Method;
}

/** How the people of the organization sign in: what is required of them, identity providers and directories. */
export default function SignInMethodsPage() {
  const { t } = useTranslation();
  const may = usePermission();
  const methods = useRead('get /sign-in-methods', {});
  const [asked, setAsked] = useState<Asked>();
  const add = may('sign-in.update') && (
    <>
      {(['oidc', 'ldap'] as const).map((kind) => (
        <Button key={kind} icon={<Icon name="plus" />} onClick={() => setAsked({ kind })}>
          {t(`methods.add.${kind}`)}
        </Button>
      ))}
    </>
  );
  return (
    <Loaded of={methods} title={t('methods.title')}>
      {({ items }) => (
        <Page title={t('methods.title')} hint={t('methods.hint')} actions={add}>
          <Rule />
          <Panel title={t('methods.list')} flush>
            {items.length === 0 ? (
              <Nothing icon="key" text={t('methods.empty')} />
            ) : (
              <List of={items} onEdit={(method) => setAsked({ kind: method.kind, method })} />
            )}
          </Panel>
          {asked && <AskedForm {...asked} onClose={() => setAsked(undefined)} />}
        </Page>
      )}
    </Loaded>
  );
}

function AskedForm({ kind, method, onClose }: Asked & { readonly onClose: () => void }) {
  if (!method) return <MethodForm kind={kind} onClose={onClose} />;
  const request = { params: { method: method.id } };
  return (
    <ReadFirst call="get /sign-in-methods/{method}" request={request} title={method.title} onClose={onClose}>
      {(read) => <MethodForm kind={kind} method={read} onClose={onClose} />}
    </ReadFirst>
  );
}

function Rule() {
  const { t } = useTranslation();
  const may = usePermission();
  const rule = useRead('get /organization/sign-in', {});
  const set = useAct('put /organization/sign-in', ['get /organization/sign-in', 'get /me/factors']);
  return (
    <Panel title={t('methods.rule')}>
      <div className="stack" style={{ gap: 12 }}>
        <label className="row" htmlFor="second-factor-rule">
          <Switch
            id="second-factor-rule"
            checked={rule.data?.requiresSecondFactor ?? false}
            loading={rule.isPending || set.isPending}
            disabled={!may('sign-in.update')}
            onChange={(requiresSecondFactor) =>
              set.mutate({ body: { requiresSecondFactor }, ifMatch: rule.data && tagOf(rule.data) })
            }
          />
          {t('methods.ruleLabel')}
        </label>
        <p className="quiet">{t('methods.ruleHint')}</p>
        {set.error && <ProblemBox error={set.error} />}
      </div>
    </Panel>
  );
}

function List({ of, onEdit }: { of: readonly Method[]; onEdit: (method: Method) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = usePermission();
  const columns: Column<Method>[] = [
    {
      key: 'title',
      title: t('common.name'),
      cell: (method) => (
        <div className="main-cell">
          <strong>{method.title}</strong>
          <span className="sub">{t(`methods.kind.${method.kind}`)}</span>
        </div>
      ),
    },
    {
      key: 'state',
      title: t('methods.state'),
      cell: ({ isEnabled }) => (
        <span className={isEnabled ? 'tag ok' : 'tag'}>{t(isEnabled ? 'methods.on' : 'methods.off')}</span>
      ),
    },
    { key: 'users', title: t('methods.users'), align: 'end', cell: ({ users }) => users },
    {
      key: 'lastSync',
      title: t('methods.lastSync'),
      long: 'wrap',
      cell: ({ lastSync }) =>
        lastSync && (
          <div className="main-cell">
            <Moment at={lastSync.at} relative />
            <span className="sub">
              {lastSync.failure ? failureSentence(lastSync.failure, language) : t('methods.synced', lastSync)}
            </span>
          </div>
        ),
    },
    {
      key: 'actions',
      title: t('methods.actions'),
      align: 'end',
      cell: (method) => may('sign-in.update') && <Actions of={method} onEdit={() => onEdit(method)} />,
    },
  ];
  return <Table items={of} columns={columns} rowKey={({ id }) => id} label={t('methods.list')} />;
}

function Actions({ of: method, onEdit }: { of: Method; onEdit: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [asking, setAsking] = useState<'remove' | 'sync'>();
  const check = useAct('post /sign-in-methods/{method}/check');
  const sync = useAct('post /sign-in-methods/{method}/sync', ['get /sign-in-methods', 'get /users', 'get /groups']);
  const remove = useAct('delete /sign-in-methods/{method}', ['get /sign-in-methods']);
  const params = { method: method.id };
  const tryIt = async () => {
    const { people } = await check.mutateAsync({ params });
    const names = people.map(({ name }) => name).join(', ');
    void message.success(names === '' ? t('methods.tried') : t('methods.triedPeople', { names }));
  };
  const compare = async (evenIfMany: boolean) => {
    setAsking(undefined);
    try {
      void message.success(t('methods.synced', await sync.mutateAsync({ params, body: { evenIfMany } })));
    } catch (error) {
      if (error instanceof ApiProblem && error.failure.code === 'conflict' && !evenIfMany) setAsking('sync');
    }
  };
  const error = check.error ?? remove.error ?? (asking === 'sync' ? null : sync.error);
  return (
    <>
      <span className="row" style={{ justifyContent: 'flex-end' }}>
        <Button size="small" loading={check.isPending} onClick={() => void tryIt().catch(() => {})}>
          {t('methods.try')}
        </Button>
        {method.kind === 'ldap' && (
          <Button size="small" loading={sync.isPending} onClick={() => void compare(false)}>
            {t('methods.sync')}
          </Button>
        )}
        <Button size="small" onClick={onEdit}>
          {t('methods.edit')}
        </Button>
        <Button size="small" danger onClick={() => setAsking('remove')}>
          {t('methods.remove')}
        </Button>
      </span>
      <Modal
        open={asking !== undefined}
        title={`${t(asking === 'sync' ? 'methods.sync' : 'methods.remove')}: ${method.title}`}
        okText={t(asking === 'sync' ? 'methods.sync' : 'methods.remove')}
        okButtonProps={{ danger: true, loading: remove.isPending }}
        onOk={() => {
          if (asking === 'sync') void compare(true);
          else
            void remove
              .mutateAsync({ params })
              .then(() => setAsking(undefined))
              .catch(() => {});
        }}
        onCancel={() => setAsking(undefined)}
      >
        <p>{t(asking === 'sync' ? 'methods.syncAnyway' : 'methods.removeHint')}</p>
      </Modal>
      {error && (
        <Modal
          open
          title={method.title}
          footer={null}
          onCancel={() => [check, remove, sync].forEach((one) => one.reset())}
        >
          <ProblemBox error={error} />
        </Modal>
      )}
    </>
  );
}
