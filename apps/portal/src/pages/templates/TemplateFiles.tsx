import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useRead } from '../../api/query.ts';
import type { TemplateDetail } from '../../api/types.ts';
import { bytes } from '../../format/value.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';

const CodeView = lazy(() => import('../../parts/editor/CodeView.tsx'));

/** The files of a template version, and the text of one of them. */
export function TemplateFiles({ template, chosen }: { template: TemplateDetail; chosen: string | undefined }) {
  const { t } = useTranslation();
  const path = chosen ?? template.variants[0]?.entry ?? template.files[0]?.path;
  return (
    <div className="panel files">
      <ul aria-label={t('template.files')} tabIndex={0}>
        {template.files.map((file) => (
          <li key={file.path}>
            <Link
              from="/templates/$template"
              to="."
              search={(before) => ({ ...before, file: file.path })}
              replace
              aria-current={file.path === path}
            >
              <Icon name="file" size={14} />
              <span className="ellipsis" title={file.path}>
                {file.path}
              </span>
              <span className="size">{bytes(file.bytes)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {path ? (
        <FileText key={path} template={template} path={path} />
      ) : (
        <p className="quiet">{t('template.chooseFile')}</p>
      )}
    </div>
  );
}

function FileText({ template, path }: { template: TemplateDetail; path: string }) {
  const file = useRead('get /templates/{template}/file', {
    params: { template: template.id },
    query: { path, version: template.version },
  });
  if (file.error) {
    return (
      <div style={{ padding: 16 }}>
        <ProblemBox error={file.error} retry={() => void file.refetch()} />
      </div>
    );
  }
  if (!file.data) return <Bones lines={10} />;
  return (
    <Suspense fallback={<Bones lines={10} />}>
      <CodeView path={path} text={file.data.content} />
    </Suspense>
  );
}
