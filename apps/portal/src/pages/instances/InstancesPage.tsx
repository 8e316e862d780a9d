import type { TFunction } from 'i18next';
import { getRouteApi, Link } from '@tanstack/react-router';
import { App, Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct, useList } from '../../api/query.ts';
import type { Instance } from '../../api/types.ts';
import { useLive } from '../../api/use-live.ts';
import { useLanguage, useText } from '../../i18n/index.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Choice, SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { errorSentence } from '../../parts/problem.ts';
import { Simulated } from '../../parts/Simulated.tsx';
import { StateTag } from '../../parts/StateTag.tsx';
import { oneOf } from '../../search.ts';
import { usePermission } from '../../shell/permission.ts';

const route = getRouteApi('/inside/instances');
const states = ['creating', 'ready', 'running', 'stopped', 'changing', 'deleting', 'failed', 'unknown'] as const;

export default function InstancesPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const filters = { ...search, state: oneOf(...states)(search.state) };
  const navigate = route.useNavigate();
  const instances = useList('get /instances', filters);
  const accounts = useList('get /accounts', {});
  const columns = useColumns();
  useLive('deployments');
  const change = (changed: typeof search) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Page title={t('instances.title')} hint={t('instances.hint')}>
      <Listing
        of={instances}
        columns={columns}
        rowKey={(instance) => instance.id}
        label={t('instances.title')}
        filters={
          <>
            <SearchBox value={filters.q} hint={t('instances.searchHint')} onChange={(q) => change({ q })} />
            <SearchBox
              value={filters.tag}
              hint={t('tags.searchHint')}
              width={200}
              onChange={(tag) => change({ tag })}
            />
            <Choice
              value={filters.state}
              any={t('deployments.anyState')}
              options={states.map((value) => ({ value, label: t(`state.${value}`) }))}
              onChange={(state) => change({ state })}
            />
            <Choice
              value={filters.account}
              any={t('deployments.anyCloud')}
              options={(accounts.items ?? []).map((one) => ({ value: one.id, label: one.name }))}
              onChange={(account) => change({ account })}
            />
          </>
        }
        reset={filtered ? () => void navigate({ search: {}, replace: true }) : undefined}
        empty={
          <Nothing icon="server" text={t('instances.empty')}>
            <Link to="/deployments/new">{t('deployments.new')}</Link>
          </Nothing>
        }
      />
    </Page>
  );
}

/** The columns of the slides, in their order. */
function useColumns(): Column<Instance>[] {
  const { t } = useTranslation();
  const text = useText();
  return [
    {
      key: 'type',
      title: t('instances.type'),
      text: (instance) => instance.type,
      cell: (instance) => typeTitle(instance.type, t),
    },
    {
      key: 'node',
      title: t('instances.node'),
      text: (instance) => instance.node,
      cell: (instance) => (
        <div className="main-cell">
          <code>{instance.node}</code>
          <Link
            to="/deployments/$deployment"
            params={{ deployment: instance.deployment.id }}
            className="sub"
            style={{ fontWeight: 400 }}
          >
            {instance.deployment.name}
          </Link>
        </div>
      ),
    },
    {
      key: 'nodeInstance',
      title: t('instances.nodeInstance'),
      text: (instance) => instance.nodeInstance,
      cell: (instance) => (
        <Link
          to="/deployments/$deployment"
          params={{ deployment: instance.deployment.id }}
          search={{ node: instance.nodeInstance }}
        >
          <InstanceId of={instance.nodeInstance} />
        </Link>
      ),
    },
    {
      key: 'state',
      title: t('common.state'),
      text: (instance) => instance.state,
      cell: (instance) => <StateTag state={instance.state} bare />,
    },
    {
      key: 'ip',
      title: t('instances.ip'),
      text: (instance) => instance.privateAddress ?? '',
      cell: (instance) => instance.privateAddress && <Copyable text={instance.privateAddress} />,
    },
    {
      key: 'publicIp',
      title: t('instances.publicIp'),
      text: (instance) => instance.publicAddress ?? '',
      cell: (instance) => instance.publicAddress && <Copyable text={instance.publicAddress} />,
    },
    {
      key: 'provider',
      title: t('instances.provider'),
      text: (instance) => text(instance.providerTitle),
      cell: (instance) => (
        <div className="main-cell">
          <span>{text(instance.providerTitle)}</span>
          <span className="row">
            <Link
              to="/clouds/$account"
              params={{ account: instance.account.id }}
              className="sub"
              style={{ fontWeight: 400 }}
            >
              {instance.account.name}
            </Link>
            <Simulated when={instance.simulated} />
          </span>
        </div>
      ),
    },
    {
      key: 'region',
      title: t('instances.region'),
      text: (instance) => instance.region ?? '',
      cell: (instance) => instance.region,
    },
    {
      key: 'ref',
      title: t('instances.ref'),
      text: (instance) => instance.ref ?? '',
      width: '12%',
      long: 'cut',
      cell: (instance) => instance.ref && <Copyable text={instance.ref} />,
    },
    {
      key: 'operate',
      title: t('instances.operate'),
      width: 100,
      stay: true,
      cell: (instance) => <Operate instance={instance} />,
    },
  ];
}

/** The deployment above, the node below: side by side they would push other columns out of a small screen. */
function InstanceId({ of }: { of: string }) {
  const at = of.indexOf('.') + 1;
  return (
    <span className="main-cell">
      {at > 0 && <code>{of.slice(0, at)}</code>}
      <code>{of.slice(at)}</code>
    </span>
  );
}

function Operate({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = usePermission();
  const { modal, message } = App.useApp();
  const operate = useAct('post /instances/{instance}/{verb}', ['get /instances', 'get /runs']);
  const allowed = instance.verbs.filter((verb) => may(`server.${verb}`));
  if (instance.verbs.length > 0 && allowed.length === 0) return null;
  const [first, ...others] = allowed;
  if (!first)
    return (
      <span className="quiet" title={t('instances.noVerb')}>
        –
      </span>
    );
  const name = instance.nodeInstance;
  const run = async (verb: Instance['verbs'][number]) => {
    try {
      await operate.mutateAsync({ params: { instance: instance.id, verb } });
      void message.success(t('instances.started', { verb: t(`instances.${verb}`), name }));
    } catch (error) {
      void message.error(errorSentence(error instanceof Error ? error : new Error(String(error)), language, t), 6);
    }
  };
  const ask = (verb: Instance['verbs'][number]) => {
    if (verb === 'start') return void run(verb);
    void modal.confirm({
      title: t('instances.confirm', { verb: t(`instances.${verb}`), name }),
      content: t(verb === 'stop' ? 'instances.stopText' : 'instances.rebootText'),
      okText: t(`instances.${verb}`),
      okButtonProps: { danger: verb === 'stop' },
      onOk: () => run(verb),
    });
  };
  return (
    <span className="row" style={{ gap: 4 }}>
      <Button size="small" loading={operate.isPending} onClick={() => ask(first)}>
        {t(`instances.${first}`)}
      </Button>
      {others.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: others.map((verb) => ({ key: verb, label: t(`instances.${verb}`), onClick: () => ask(verb) })),
          }}
        >
          <Button
            size="small"
            type="text"
            title={t('instances.more')}
            aria-label={`${t('instances.more')}: ${name}`}
            icon={<Icon name="more" />}
          />
        </Dropdown>
      )}
    </span>
  );
}

function typeTitle(type: string, t: TFunction): string {
  if (type === 'server') return t('instances.server');
  return type === 'process host' ? t('instances.processHost') : type;
}
