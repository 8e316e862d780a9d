import { getRouteApi } from '@tanstack/react-router';
import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../../api/query.ts';
import type { PolicyDetail } from '../../../api/types.ts';
import { useText } from '../../../i18n/index.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { Loaded, Page } from '../../../parts/Page.tsx';
import { Panel } from '../../../parts/Panel.tsx';
import { ProblemBox } from '../../../parts/ProblemBox.tsx';
import { GainsPreview } from '../GainsList.tsx';
import { Difference } from '../Versions.tsx';
import { useWords, type Words } from '../vocabulary.ts';
import { How } from './How.tsx';
import { isRecord } from './policy-form.ts';
import { parsed, written } from './policy-text.ts';
import { PolicyEditor, useProblems } from './PolicyEditor.tsx';

const route = getRouteApi('/inside/policies/$policy/edit');

export default function ChangePolicyPage() {
  const { t } = useTranslation();
  const { policy: id } = route.useParams();
  const policy = useRead('get /policies/{policy}', { params: { policy: id } });
  const words = useWords();
  return (
    <Loaded of={policy}>
      {(data) => (
        <Page
          title={t('policyEditor.title', { name: data.name })}
          up={{ to: `/policies/${data.id}`, title: data.name }}
          hint={t('policies.hint')}
        >
          {words ? <ChangePolicy key={data.id} policy={data} words={words} /> : <Bones lines={8} />}
        </Page>
      )}
    </Loaded>
  );
}

function ChangePolicy({ policy, words }: { policy: PolicyDetail; words: Words }) {
  const { t } = useTranslation();
  const say = useText();
  const { as = 'form' } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(() => written(policy.document));
  const [description, setDescription] = useState(() => say(policy.description));
  const [document, setDocument] = useState<Readonly<Record<string, unknown>>>();
  const problems = useProblems(text, words);
  const isChanged = text !== written(policy.document) || description !== say(policy.description);
  const review = () => {
    const next = parsed(text);
    if (isRecord(next)) setDocument(next);
  };
  return (
    <>
      <Panel>
        <label className="stack" style={{ gap: 6 }}>
          {t('policyEditor.description')}
          <Input
            value={description}
            maxLength={1_000}
            aria-label={t('policyEditor.description')}
            onChange={({ target }) => setDescription(target.value)}
          />
        </label>
      </Panel>
      <PolicyEditor
        text={text}
        words={words}
        view={as}
        onText={setText}
        onView={(view) => void navigate({ search: (before) => ({ ...before, as: view }), replace: true })}
      />
      <How />
      <div className="row">
        <Button type="primary" disabled={problems.length > 0 || !isChanged} onClick={review}>
          {t('policyEditor.review')}
        </Button>
        {!isChanged && <span className="quiet">{t('policyEditor.nothingChanged')}</span>}
      </div>
      {document && (
        <SaveDialog
          policy={policy}
          document={document}
          description={description}
          onClose={() => setDocument(undefined)}
          onSaved={() =>
            void navigate({ to: '/policies/$policy', params: { policy: policy.id }, search: { tab: 'versions' } })
          }
        />
      )}
    </>
  );
}

/** What would become other, for whom, and why it is to be. */
function SaveDialog(props: {
  policy: PolicyDetail;
  document: Readonly<Record<string, unknown>>;
  description: string;
  onClose: () => void;
  onSaved: () => void;
}) {
  const { policy, document, description, onClose, onSaved } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ note: string }>();
  const save = useAct('put /policies/{policy}', ['get /policies/{policy}', 'get /policies', 'get /me']);
  const submit = ({ note }: { note: string }) =>
    save.mutate(
      { params: { policy: policy.id }, body: { document, note, description } },
      {
        onSuccess: () => {
          void message.success(t('policyEditor.saved'));
          onSaved();
        },
      },
    );
  return (
    <Modal
      open
      width={820}
      title={t('policyEditor.saveTitle', { name: policy.name })}
      onCancel={onClose}
      cancelText={t('action.cancel')}
      okText={t('action.save')}
      okButtonProps={{ loading: save.isPending }}
      onOk={() => form.submit()}
    >
      <Form form={form} layout="vertical" className="stack" requiredMark={false} onFinish={submit}>
        <GainsPreview of={{ change: 'document', policy: policy.id, document }} />
        <Difference before={policy.document} after={document} />
        <Form.Item
          name="note"
          label={t('policyEditor.note')}
          rules={[{ required: true, whitespace: true, message: t('policyEditor.noteNeeded') }]}
        >
          <Input maxLength={500} placeholder={t('policyEditor.noteHint')} />
        </Form.Item>
        {save.error && <ProblemBox error={save.error} />}
      </Form>
    </Modal>
  );
}
