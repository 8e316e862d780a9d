import { App, Button, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { Deployment } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { usePermission } from '../../shell/permission.ts';
import { tagChanges, tagsWritten, writtenTags } from './tags.ts';
import { TagsField } from './TagsField.tsx';

/** What a deployment is filed by, and a way to change it. */
export function DeploymentTags({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [open, setOpen] = useState(false);
  const written = writtenTags(deployment.tags);
  return (
    <span className="row wrap">
      {written.length === 0 && <span className="quiet">{t('common.none')}</span>}
      {written.map((text) => (
        <span key={text} className="chip">
          {text}
        </span>
      ))}
      {may('deployment.tag') && deployment.state !== 'deleted' && (
        <Button size="small" icon={<Icon name="edit" size={12} />} onClick={() => setOpen(true)}>
          {t('tags.change')}
        </Button>
      )}
      {open && <TagsDialog deployment={deployment} onClose={() => setOpen(false)} />}
    </span>
  );
}

function TagsDialog({ deployment: { id, name, tags }, onClose }: { deployment: Deployment; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ tags: string[] }>();
  const change = useAct('patch /deployments/{deployment}/tags', [
    'get /deployments',
    'get /deployments/{deployment}',
    'get /instances',
  ]);
  return (
    <AskDialog
      title={t('tags.changeTitle', { name })}
      ok={t('action.save')}
      onOk={async () => {
        const written = await form.validateFields();
        await change.mutateAsync({
          params: { deployment: id },
          body: { tags: tagChanges(tags, tagsWritten(written.tags)) },
        });
        void message.success(t('tags.saved'));
      }}
      onClose={onClose}
    >
      <Form form={form} layout="vertical" initialValues={{ tags: writtenTags(tags) }}>
        <TagsField name="tags" />
      </Form>
    </AskDialog>
  );
}
