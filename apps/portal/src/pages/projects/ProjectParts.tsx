import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../api/types.ts';
import { usePermission } from '../../shell/permission.ts';

/** Marks the project that takes what names none. */
export function DefaultProject({ project }: { project: Project }) {
  const { t } = useTranslation();
  if (!project.isDefault) return null;
  return (
    <span className="chip" title={t('projects.isDefaultHint')}>
      {t('projects.isDefault')}
    </span>
  );
}

/** How many deployments a project has; leads to them. */
export function DeploymentsOf({ project }: { project: Project }) {
  const may = usePermission();
  if (!may('deployment.read') || project.deployments === 0) return <>{project.deployments}</>;
  return (
    <Link to="/deployments" search={{ project: project.id }}>
      {project.deployments}
    </Link>
  );
}
