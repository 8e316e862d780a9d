import { policyVersion } from '@pileus/policy';
import { getRouteApi } from '@tanstack/react-router';
import { App, Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useList, useRead } from '../../../api/query.ts';
import type { PolicyDetail } from '../../../api/types.ts';
import { useText } from '../../../i18n/index.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { Icon } from '../../../parts/Icon.tsx';
import { Loaded, Page } from '../../../parts/Page.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { useWords, type Words } from '../vocabulary.ts';
import { type ExampleName, examples } from './examples.ts';
import { How } from './How.tsx';
import { isRecord } from './policy-form.ts';
import { parsed, written } from './policy-text.ts';
import { PolicyEditor, useProblems } from './PolicyEditor.tsx';

const route = getRouteApi('/inside/policies/new');

export default function NewPolicyPage() {
  const { copy } = route.useSearch();
  return copy === undefined ? <WithWords from={undefined} /> : <Copy of={copy} />;
}

function Copy({ of }: { of: string }) {
  const policy = useRead('get /policies/{policy}', { params: { policy: of } });
  return <Loaded of={policy}>{(from) => <WithWords from={from} />}</Loaded>;
}

function WithWords({ from }: { from: PolicyDetail | undefined }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <Page
      title={t('policyEditor.newTitle')}
      up={{ to: '/policies', title: t('policies.title') }}
      hint={t('policies.hint')}
    >
      {words ? <NewPolicy key={from?.id} words={words} from={from} /> : <Bones lines={8} />}
    </Page>
  );
}

const empty = { Version: policyVersion, Statement: [{ Effect: 'Allow', Action: [], Resource: ['*'] }] };

function NewPolicy({ words, from }: { words: Words; from: PolicyDetail | undefined }) {
  const { t } = useTranslation();
  const say = useText();
  const { message, modal } = App.useApp();
  const { as = 'form' } = route.useSearch();
  const navigate = route.useNavigate();
  const create = useAct('post /policies', ['get /policies']);
  const [start, setStart] = useState(() => written(from?.document ?? empty));
  const [text, setText] = useState(start);
  const problems = useProblems(text, words);
  const startFrom = (example: string) => {
    const begin = () => {
      setStart(example);
      setText(example);
    };
    if (text === start) begin();
    else void modal.confirm({ title: t('policyEditor.replaceTitle'), okText: t('policyEditor.replace'), onOk: begin });
  };
  const submit = ({ name, description }: { name: string; description?: string }) => {
    const document = parsed(text);
    if (!isRecord(document)) return;
    create.mutate(
      { body: { name, description: description ?? '', document } },
      {
        onSuccess: ({ id }) => {
          void message.success(t('policyEditor.saved'));
          void navigate({ to: '/policies/$policy', params: { policy: id }, search: { tab: 'attached' } });
        },
      },
    );
  };
  return (
    <Form layout="vertical" className="stack" onFinish={submit} requiredMark={false}>
      <Panel title={t('policyEditor.about')}>
        <div className="fields">
          <Form.Item
            name="name"
            label={t('policyEditor.name')}
            rules={[{ required: true, message: t('policyEditor.nameNeeded') }]}
          >
            <Input maxLength={100} autoFocus />
          </Form.Item>
          <Form.Item
            name="description"
            label={t('policyEditor.description')}
            initialValue={from ? say(from.description) : ''}
          >
            <Input maxLength={1_000} />
          </Form.Item>
        </div>
        {!from && <StartFrom onText={startFrom} />}
      </Panel>
      <PolicyEditor
        text={text}
        words={words}
        view={as}
        onText={setText}
        onView={(view) => void navigate({ search: (before) => ({ ...before, as: view }), replace: true })}
      />
      <How />
      <div className="note">
        <Icon name="info" />
        {t('policyEditor.newForNobody')}
      </div>
      {create.error && <ProblemBox error={create.error} />}
      <div>
        <Button type="primary" htmlType="submit" disabled={problems.length > 0} loading={create.isPending}>
          {t('action.save')}
        </Button>
      </div>
    </Form>
  );
}

function StartFrom({ onText }: { onText: (text: string) => void }) {
  const { t } = useTranslation();
  const projects = useList('get /projects', {});
  const known = examples(projects.items?.[0]?.id ?? 'prj-');
  return (
    <Select<ExampleName>
      aria-label={t('policyEditor.startFrom')}
      placeholder={t('policyEditor.startFrom')}
      style={{ minWidth: 280 }}
      options={(Object.keys(known) as ExampleName[]).map((name) => ({
        value: name,
        label: t(`policyEditor.examples.${name}`),
      }))}
      onChange={(name) => onText(written(known[name]))}
    />
  );
}
