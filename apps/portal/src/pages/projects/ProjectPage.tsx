import { tagOf } from '@pileus/api/client';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Project } from '../../api/types.ts';
import { AskDialog } from '../../parts/AskDialog.tsx';
import { Copyable } from '../../parts/Copyable.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { NameDialog } from '../../parts/NameDialog.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { Tabs } from '../../parts/Tabs.tsx';
import { usePermission } from '../../shell/permission.ts';
import { Environments } from './Environments.tsx';
import { ProjectQuotas } from './ProjectQuotas.tsx';
import { DefaultProject, DeploymentsOf } from './ProjectParts.tsx';

const route = getRouteApi('/inside/projects/$project');

export default function ProjectPage() {
  const { project: id } = route.useParams();
  const project = useRead('get /projects/{project}', { params: { project: id } });
  return <Loaded of={project}>{(data) => <OneProject project={data} />}</Loaded>;
}

function OneProject({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { tab = 'environments' } = route.useSearch();
  return (
    <Page
      title={project.name}
      up={{ to: '/projects', title: t('projects.title') }}
      tags={<DefaultProject project={project} />}
      hint={
        <span className="row wrap">
          <Copyable text={project.id} shown /> {project.description && `· ${project.description}`}
        </span>
      }
      actions={<ProjectActions project={project} />}
    >
      <Panel>
        <Facts
          of={[
            [t('projects.deployments'), <DeploymentsOf key="deployments" project={project} />],
            [t('common.createdBy'), project.createdBy],
            [t('common.createdAt'), <Moment key="at" at={project.createdAt} />],
          ]}
        />
      </Panel>
      <Tabs
        label={project.name}
        now={tab}
        of={[
          { key: 'environments', title: t('projects.environments'), number: project.environments.length || undefined },
          { key: 'quota', title: t('quotas.title') },
        ]}
      >
        {tab === 'environments' && <Environments project={project} />}
        {tab === 'quota' && <ProjectQuotas project={project.id} name={project.name} />}
      </Tabs>
    </Page>
  );
}

function ProjectActions({ project }: { project: Project }) {
  const { t } = useTranslation();
  const may = usePermission();
  const { message } = App.useApp();
  const [asked, setAsked] = useState<'change' | 'delete'>();
  const change = useAct('patch /projects/{project}', ['get /projects', 'get /projects/{project}']);
  const close = () => setAsked(undefined);
  return (
    <>
      {may('project.delete') && (
        <Button danger type="text" icon={<Icon name="trash" size={14} />} onClick={() => setAsked('delete')}>
          {t('action.delete')}
        </Button>
      )}
      {may('project.update') && (
        <Button icon={<Icon name="edit" size={14} />} onClick={() => setAsked('change')}>
          {t('access.change')}
        </Button>
      )}
      {asked === 'change' && (
        <NameDialog
          title={t('projects.changeTitle', { name: project.name })}
          ok={t('action.save')}
          label={t('projects.name')}
          now={project}
          hasDescription
          onSave={async (given, seen) => {
            await change.mutateAsync({ params: { project: project.id }, body: given, ifMatch: seen && tagOf(seen) });
            void message.success(t('projects.saved'));
          }}
          onClose={close}
        />
      )}
      {asked === 'delete' && <DeleteProject project={project} onClose={close} />}
    </>
  );
}

function DeleteProject({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const { id, name, isDefault, deployments } = project;
  const remove = useAct('delete /projects/{project}', ['get /projects']);
  return (
    <AskDialog
      title={t('projects.deleteTitle', { name })}
      ok={t('action.delete')}
      isDanger
      isReady={!isDefault && deployments === 0}
      onOk={async () => {
        await remove.mutateAsync({ params: { project: id } });
        void message.success(t('projects.deleted', { name }));
        await navigate({ to: '/projects', search: {} });
      }}
      onClose={onClose}
    >
      <p>{t('projects.deleteText')}</p>
      {isDefault && <p className="note warn">{t('projects.deleteDefault')}</p>}
      {deployments > 0 && <p className="note warn">{t('projects.deleteInUse', { count: deployments })}</p>}
    </AskDialog>
  );
}
