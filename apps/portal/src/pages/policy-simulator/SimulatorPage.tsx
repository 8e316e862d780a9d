import '../policies/policies.css';
import type { BodyOf } from '@pileus/api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { AutoComplete, Button, Checkbox, Form, Input, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import type { Decision, DecisionReason } from '../../api/types.ts';
import { useText } from '../../i18n/index.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { Tabs } from '../../parts/Tabs.tsx';
import { DocumentJson, EffectTag } from '../policies/DocumentView.tsx';
import { useThings } from '../policies/use-things.ts';
import { useWords, type Words } from '../policies/vocabulary.ts';
import { PrincipalCell } from '../policies/PrincipalCell.tsx';

const route = getRouteApi('/inside/policy-simulator');
type Search = ReturnType<typeof route.useSearch>;
/** What is asked: it stands in the URL, so that a question can be passed on. */
type Question = Omit<Search, 'tab'>;

export default function SimulatorPage() {
  const { t } = useTranslation();
  const { tab = 'may', ...question } = route.useSearch();
  const words = useWords();
  return (
    <Page title={t('simulator.title')} hint={t('simulator.hint')}>
      <Tabs
        label={t('simulator.title')}
        now={tab}
        of={[
          { key: 'may', title: t('simulator.may') },
          { key: 'who', title: t('simulator.who') },
        ]}
      >
        {words ? <QuestionForm key={tab} tab={tab} question={question} words={words} /> : <Bones lines={4} />}
        {tab === 'may' ? <Answer question={question} /> : <Everybody question={question} />}
      </Tabs>
    </Page>
  );
}

function QuestionForm({ tab, question, words }: { tab: 'may' | 'who'; question: Question; words: Words }) {
  const { t } = useTranslation();
  const say = useText();
  const navigate = route.useNavigate();
  const [asked, setAsked] = useState<Question>(question);
  const change = (changed: Question) => setAsked((before) => ({ ...before, ...changed }));
  const { principal, action, resource, ip, mfa, at } = asked;
  const kind = words.actions.find(({ name }) => name === action)?.kind;
  const isWhole = action !== undefined && resource !== undefined && (tab === 'who' || principal !== undefined);
  const chooseAction = (name: string) => {
    const its = words.actions.find((one) => one.name === name)?.kind;
    change({ action: name, ...(its !== kind && its !== undefined && { resource: `${its}/*` }) });
  };
  return (
    <Panel>
      <Form layout="vertical" onFinish={() => isWhole && void navigate({ search: { tab, ...asked }, replace: true })}>
        <div className="simulator-fields">
          {tab === 'may' && (
            <Field label={t('simulator.principal')}>
              <PrincipalField value={principal} onChange={(value) => change({ principal: value })} />
            </Field>
          )}
          <Field label={t('simulator.action')}>
            <Select
              showSearch={{
                filterOption: (typed, option) => String(option?.label).toLowerCase().includes(typed.toLowerCase()),
              }}
              aria-label={t('simulator.action')}
              placeholder="server.stop"
              {...(action !== undefined && { value: action })}
              options={words.kinds.map(({ name, title }) => ({
                label: say(title),
                options: words.actions
                  .filter((one) => one.kind === name)
                  .map((one) => ({ value: one.name, label: `${one.name} · ${say(one.title)}` })),
              }))}
              onChange={chooseAction}
            />
          </Field>
          <Field label={t('simulator.resource')}>
            <ResourceField kind={kind} value={resource} onChange={(value) => change({ resource: value })} />
          </Field>
          {tab === 'may' && (
            <>
              <Field label={t('simulator.sourceIp')}>
                <Input
                  value={ip ?? ''}
                  aria-label={t('simulator.sourceIp')}
                  placeholder={t('simulator.sourceIpHint')}
                  onChange={({ target }) => change({ ip: target.value.trim() || undefined })}
                />
              </Field>
              <Field label={t('simulator.at')}>
                <Input
                  type="datetime-local"
                  value={at ?? ''}
                  aria-label={t('simulator.at')}
                  onChange={({ target }) => change({ at: target.value || undefined })}
                />
              </Field>
              <Field label=" ">
                <Checkbox
                  checked={mfa === 'true'}
                  onChange={({ target }) => change({ mfa: target.checked ? 'true' : undefined })}
                >
                  {t('simulator.mfa')}
                </Checkbox>
              </Field>
            </>
          )}
        </div>
        <div className="row">
          <Button type="primary" htmlType="submit" disabled={!isWhole}>
            {t('simulator.ask')}
          </Button>
          {tab === 'who' && <span className="quiet">{t('simulator.whoHint')}</span>}
        </div>
      </Form>
    </Panel>
  );
}

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Form.Item label={label} style={{ marginBottom: 12 }}>
      {children}
    </Form.Item>
  );
}

function PrincipalField({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const names = useThings(value ?? '', ['user', 'service-account']).map(({ name }) => ({ value: name }));
  return (
    <AutoComplete
      value={value ?? ''}
      options={names}
      aria-label={t('simulator.principal')}
      onChange={(typed: string) => onChange(typed === '' ? undefined : typed)}
    />
  );
}

function ResourceField(props: {
  kind: string | undefined;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const { kind, value, onChange } = props;
  const { t } = useTranslation();
  const searched = value?.replace(/^[^/]*\//, '').replace(/\*$/, '') ?? '';
  const things = useThings(searched, kind === undefined ? [] : [kind]);
  return (
    <AutoComplete
      value={value ?? ''}
      aria-label={t('simulator.resource')}
      placeholder={t('simulator.resourceHint')}
      options={things.map(({ id, name }) => ({ value: `${kind}/${id}`, label: `${name} · ${id}` }))}
      onChange={(typed: string) => onChange(typed === '' ? undefined : typed)}
    />
  );
}

/** The browser's local time as the API wants it, where it is one. */
function momentOf(at: string | undefined): string | undefined {
  const moment = new Date(at ?? '');
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

function Answer({ question: { principal, action, resource, ip, mfa, at } }: { question: Question }) {
  const { t } = useTranslation();
  const moment = momentOf(at);
  const body = {
    principal: principal ?? '',
    action: action ?? '',
    resource: resource ?? '',
    ...(ip !== undefined && { sourceIp: ip }),
    ...(moment !== undefined && { at: moment }),
    mfa: mfa === 'true',
  } satisfies BodyOf<'post /policies/check'>;
  const isWhole = principal !== undefined && action !== undefined && resource !== undefined;
  const decision = useQuery({
    queryKey: ['post /policies/check', body],
    queryFn: ({ signal }) => client.call('post /policies/check', { body, signal }),
    enabled: isWhole,
    staleTime: 0,
  });
  if (!isWhole) return null;
  if (decision.error) return <ProblemBox error={decision.error} />;
  if (!decision.data) return <Bones lines={3} />;
  const { allowed, reason, because, nearMisses } = decision.data;
  return (
    <>
      <Panel>
        <div className={`verdict ${allowed ? 'allowed' : 'denied'}`} role="status">
          <Icon name={allowed ? 'ok' : 'failed'} size={28} />
          <div>
            <strong>{t(allowed ? 'simulator.allowed' : 'simulator.denied')}</strong>
            <div>{t(`simulator.why.${reason}`)}</div>
          </div>
        </div>
      </Panel>
      {because.length > 0 && <Reasons title={t('simulator.because')} of={because} />}
      {nearMisses.length > 0 && (
        <Reasons title={t('simulator.nearMisses')} hint={t('simulator.nearMissesHint')} of={nearMisses} />
      )}
    </>
  );
}

type Stated = DecisionReason & Partial<Pick<Decision['nearMisses'][number], 'failed'>>;

function Reasons({ title, hint, of }: { title: string; hint?: string; of: readonly Stated[] }) {
  return (
    <Panel title={title}>
      <div className="stack" style={{ gap: 18 }}>
        {hint && <p className="quiet">{hint}</p>}
        {of.map((reason) => (
          <ReasonItem key={`${reason.policy.id} ${reason.statement} ${reason.via?.id}`} reason={reason} />
        ))}
      </div>
    </Panel>
  );
}

/** A statement where it stands in its document. */
function ReasonItem({ reason }: { reason: Stated }) {
  const { t } = useTranslation();
  const policy = useRead('get /policies/{policy}', { params: { policy: reason.policy.id } });
  return (
    <div className="stack" style={{ gap: 8 }}>
      <ReasonLine reason={reason} />
      {reason.failed && <div>{t('simulator.failed', { keys: reason.failed.join(', ') })}</div>}
      {policy.data && (
        <DocumentJson
          document={policy.data.document}
          marked={reason.statement}
          label={`${reason.policy.name} ${reason.statement + 1}`}
        />
      )}
    </div>
  );
}

function ReasonLine({ reason: { effect, policy, statement, sid, via } }: { reason: DecisionReason }) {
  const { t } = useTranslation();
  return (
    <span className="chips">
      <EffectTag effect={effect} />
      {t('simulator.inPolicy', { number: statement + 1 })}
      <Link to="/policies/$policy" params={{ policy: policy.id }}>
        {policy.name}
      </Link>
      {sid !== undefined && <code>{sid}</code>}
      {via && <span className="quiet">{t('simulator.via', { group: via.name })}</span>}
    </span>
  );
}

function Everybody({ question: { action, resource } }: { question: Question }) {
  const { t } = useTranslation();
  const body = { action: action ?? '', resource: resource ?? '' };
  const isWhole = action !== undefined && resource !== undefined;
  const who = useQuery({
    queryKey: ['post /policies/who', body],
    queryFn: ({ signal }) => client.call('post /policies/who', { body, signal }),
    enabled: isWhole,
    staleTime: 0,
  });
  if (!isWhole) return null;
  if (who.error) return <ProblemBox error={who.error} />;
  if (!who.data) return <Bones lines={3} />;
  const { items } = who.data;
  const columns: Column<(typeof items)[number]>[] = [
    {
      key: 'principal',
      title: t('policies.principal'),
      cell: ({ principal }) => <PrincipalCell of={principal} />,
    },
    {
      key: 'because',
      title: t('simulator.because'),
      cell: ({ because }) =>
        because.map((reason) => (
          <ReasonLine key={`${reason.policy.id} ${reason.statement} ${reason.via?.id}`} reason={reason} />
        )),
    },
    {
      key: 'why',
      title: <span className="visually-hidden">{t('simulator.whyLink')}</span>,
      align: 'end',
      cell: ({ principal }) => (
        <Link
          to="/policy-simulator"
          search={{ tab: 'may', principal: principal.name, action, resource, mfa: 'true' }}
          aria-label={`${t('simulator.whyLink')} ${principal.name}`}
        >
          {t('simulator.whyLink')}
        </Link>
      ),
    },
  ];
  return (
    <Panel title={t('simulator.whoCount', { count: items.length })} flush>
      {items.length === 0 ? (
        <Nothing icon="user" text={t('simulator.nobody')} />
      ) : (
        <Table items={items} columns={columns} rowKey={({ principal }) => principal.id} label={t('simulator.who')} />
      )}
    </Panel>
  );
}
