import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useList } from '../../api/query.ts';
import type { Project } from '../../api/types.ts';
import { SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Listing } from '../../parts/Listing.tsx';
import { Moment } from '../../parts/Moment.tsx';
import { NameDialog } from '../../parts/NameDialog.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { usePermission } from '../../shell/permission.ts';
import { DefaultProject, DeploymentsOf } from './ProjectParts.tsx';

const route = getRouteApi('/inside/projects');

export default function ProjectsPage() {
  const { t } = useTranslation();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const projects = useList('get /projects', { q });
  const columns = useColumns();
  const find = (value: string | undefined) =>
    void navigate({ search: value === undefined ? {} : { q: value }, replace: true });
  return (
    <Page title={t('projects.title')} hint={t('projects.hint')} actions={<AddProject />}>
      <Listing
        of={projects}
        columns={columns}
        rowKey={({ id }) => id}
        label={t('projects.title')}
        filters={<SearchBox value={q} hint={t('projects.searchHint')} onChange={find} />}
        reset={q === undefined ? undefined : () => find(undefined)}
        empty={
          <Nothing icon="folder" text={t('projects.empty')}>
            <AddProject />
          </Nothing>
        }
      />
    </Page>
  );
}

function AddProject() {
  const { t } = useTranslation();
  const may = usePermission();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const add = useAct('post /projects', ['get /projects']);
  if (!may('project.create')) return null;
  return (
    <>
      <Button type="primary" icon={<Icon name="plus" />} onClick={() => setOpen(true)}>
        {t('projects.add')}
      </Button>
      {open && (
        <NameDialog
          title={t('projects.addTitle')}
          ok={t('action.add')}
          label={t('projects.name')}
          hasDescription
          onSave={async (given) => {
            const { id, name } = await add.mutateAsync({ body: given });
            void message.success(t('projects.added', { name }));
            await navigate({ to: '/projects/$project', params: { project: id } });
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function useColumns(): Column<Project>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      title: t('projects.name'),
      text: (project) => project.name,
      cell: (project) => (
        <div className="main-cell">
          <span className="row">
            <Link to="/projects/$project" params={{ project: project.id }}>
              {project.name}
            </Link>
            <DefaultProject project={project} />
          </span>
          {project.description && <span className="sub ellipsis">{project.description}</span>}
        </div>
      ),
    },
    {
      key: 'environments',
      title: t('projects.environments'),
      long: 'wrap',
      text: (project) => project.environments.map(({ name }) => name).join(' '),
      cell: (project) =>
        project.environments.length === 0 ? (
          <span className="quiet">–</span>
        ) : (
          <span className="chips">
            {project.environments.map(({ id, name, purpose }) => (
              <span key={id} className="chip" title={t(`projects.purposes.${purpose}`)}>
                {name}
              </span>
            ))}
          </span>
        ),
    },
    {
      key: 'deployments',
      title: t('projects.deployments'),
      align: 'end',
      text: (project) => String(project.deployments),
      cell: (project) => <DeploymentsOf project={project} />,
    },
    {
      key: 'createdBy',
      title: t('common.createdBy'),
      text: (project) => project.createdBy,
      cell: (project) => project.createdBy,
    },
    {
      key: 'createdAt',
      title: t('common.createdAt'),
      text: (project) => project.createdAt,
      cell: (project) => <Moment at={project.createdAt} />,
    },
  ];
}
