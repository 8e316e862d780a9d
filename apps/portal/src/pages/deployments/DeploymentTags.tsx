import { tagOf } from '@pileus/api/client';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Deployment } from '../../api/types.ts';
import { FormDialog } from '../../parts/FormDialog.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Loaded } from '../../parts/Page.tsx';
import { usePermission } from '../../shell/permission.ts';
import { tagChanges, tagsWritten, writtenTags } from './tags.ts';
import { TagChips } from './TagChips.tsx';
import { TagsField } from './TagsField.tsx';

/** What a deployment is filed by, and a way to change it. */
export function DeploymentTags({ deployment }: { deployment: Deployment }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [open, setOpen] = useState(false);
  const isBare = Object.keys(deployment.tags).length === 0;
  return (
    <span className="row wrap">
      {isBare && <span className="quiet">{t('common.none')}</span>}
      <TagChips of={deployment.tags} />
      {may('deployment.tag') && deployment.state !== 'deleted' && (
        <Button size="small" icon={<Icon name="edit" size={12} />} onClick={() => setOpen(true)}>
          {t('tags.change')}
        </Button>
      )}
      {open && <TagsDialog deployment={deployment} onClose={() => setOpen(false)} />}
    </span>
  );
}

/** Asks for what they are now: what is saved rests on what was seen. */
function TagsDialog({ deployment: { id, name }, onClose }: { deployment: Deployment; onClose: () => void }) {
  const read = useRead(
    'get /deployments/{deployment}/tags',
    { params: { deployment: id } },
    { staleTime: 0, gcTime: 0 },
  );
  return <Loaded of={read}>{(now) => <TagsForm id={id} name={name} now={now} onClose={onClose} />}</Loaded>;
}

interface TagsFormProps {
  readonly id: string;
  readonly name: string;
  readonly now: { readonly tags: Deployment['tags'] };
  readonly onClose: () => void;
}

function TagsForm({ id, name, now, onClose }: TagsFormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [seen] = useState(now);
  const change = useAct('patch /deployments/{deployment}/tags', [
    'get /deployments',
    'get /deployments/{deployment}',
    'get /deployments/{deployment}/tags',
    'get /instances',
  ]);
  return (
    <FormDialog<{ tags: string[] }>
      title={t('tags.changeTitle', { name })}
      ok={t('action.save')}
      initial={{ tags: writtenTags(seen.tags) }}
      onSave={async ({ tags }) => {
        const changes = tagChanges(seen.tags, tagsWritten(tags));
        await change.mutateAsync({ params: { deployment: id }, body: { tags: changes }, ifMatch: tagOf(seen) });
        void message.success(t('tags.saved'));
        onClose();
      }}
      onClose={onClose}
    >
      <TagsField name="tags" />
    </FormDialog>
  );
}
