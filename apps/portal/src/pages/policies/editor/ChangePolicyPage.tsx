import { tagOf } from '@pileus/api/client';
import { getRouteApi } from '@tanstack/react-router';
import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../../api/query.ts';
import type { PolicyDetail } from '../../../api/types.ts';
import { useText } from '../../../i18n/index.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { FormDialog } from '../../../parts/FormDialog.tsx';
import { Loaded, Page } from '../../../parts/Page.tsx';
import { Panel } from '../../../parts/Panel.tsx';
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

function ChangePolicy({ policy: now, words }: { policy: PolicyDetail; words: Words }) {
  const { t } = useTranslation();
  // Others may change it while somebody writes; what is saved rests on what was seen.
  const [policy] = useState(now);
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
  const save = useAct('put /policies/{policy}', ['get /policies/{policy}', 'get /policies', 'get /me']);
  const submit = async ({ note }: { note: string }) => {
    await save.mutateAsync({
      params: { policy: policy.id },
      body: { document, note, description },
      ifMatch: tagOf(policy),
    });
    void message.success(t('policyEditor.saved'));
    onSaved();
  };
  return (
    <FormDialog<{ note: string }>
      title={t('policyEditor.saveTitle', { name: policy.name })}
      ok={t('action.save')}
      width={820}
      onSave={submit}
      onClose={onClose}
    >
      <div className="stack">
        <GainsPreview of={{ change: 'document', policy: policy.id, document }} />
        <Difference before={policy.document} after={document} />
        <Form.Item
          name="note"
          label={t('policyEditor.note')}
          rules={[{ required: true, whitespace: true, message: t('policyEditor.noteNeeded') }]}
        >
          <Input maxLength={500} placeholder={t('policyEditor.noteHint')} />
        </Form.Item>
      </div>
    </FormDialog>
  );
}
