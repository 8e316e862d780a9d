import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Environment, Project } from '../../api/types.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { usePermission } from '../../shell/permission.ts';
import { EnvironmentsDialog } from './EnvironmentsDialog.tsx';

/** What a project's deployments are for: development, test, staging, production. */
export function Environments({ project }: { project: Project }) {
  const { t } = useTranslation();
  const may = usePermission();
  const [open, setOpen] = useState(false);
  const change = may('project.update') && (
    <div>
      <Button icon={<Icon name="edit" size={14} />} onClick={() => setOpen(true)}>
        {t('projects.changeEnvironments')}
      </Button>
    </div>
  );
  const columns: Column<Environment>[] = [
    { key: 'name', title: t('projects.environment'), text: ({ name }) => name, cell: ({ name }) => name },
    {
      key: 'purpose',
      title: t('projects.purpose'),
      text: ({ purpose }) => t(`projects.purposes.${purpose}`),
      cell: ({ purpose }) => (
        <span className={`tag ${purpose === 'production' ? 'violet' : 'idle'}`}>
          {t(`projects.purposes.${purpose}`)}
        </span>
      ),
    },
    { key: 'id', title: t('common.id'), text: ({ id }) => id, cell: ({ id }) => <Copyable text={id} /> },
  ];
  return (
    <>
      {project.environments.length > 0 && change}
      <Listing
        of={{ items: project.environments }}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('projects.environments')}
        empty={
          <Nothing icon="layers" text={t('projects.noEnvironments')}>
            {change}
          </Nothing>
        }
      />
      {open && <EnvironmentsDialog project={project} onClose={() => setOpen(false)} />}
    </>
  );
}
