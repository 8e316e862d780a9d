import './templates.css';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useList, useRead } from '../../api/query.ts';
import type { Template } from '../../api/types.ts';
import { useText } from '../../i18n/index.ts';
import { Bones } from '../../parts/Bones.tsx';
import { Choice, SearchBox } from '../../parts/Filters.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { usePermission } from '../../shell/permission.ts';
import { useProviderTitle } from '../clouds/provider-title.ts';

const route = getRouteApi('/inside/templates');

export default function TemplatesPage() {
  const { t } = useTranslation();
  const text = useText();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const providers = useRead('get /providers', {});
  const templates = useList('get /templates', filters);
  const change = (changed: typeof filters) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  return (
    <Page title={t('templates.title')} hint={t('templates.hint')} actions={<ImportButton />}>
      <div className="filters" role="search">
        <SearchBox value={filters.q} hint={t('templates.searchHint')} onChange={(q) => change({ q })} />
        <Choice
          value={filters.provider}
          any={t('templates.anyProvider')}
          options={(providers.data?.items ?? []).map((one) => ({ value: one.id, label: text(one.title) }))}
          onChange={(provider) => change({ provider })}
        />
      </div>
      {templates.error && !templates.items && (
        <ProblemBox error={templates.error} title={t('problem.title')} retry={() => void templates.refetch()} />
      )}
      {templates.isPending && (
        <div className="panel">
          <Bones lines={5} />
        </div>
      )}
      {templates.items?.length === 0 && (
        <div className="panel">
          <Nothing
            icon="template"
            text={t((filters.q ?? filters.provider) ? 'common.notFoundFilter' : 'templates.empty')}
          >
            {(filters.q ?? filters.provider) ? (
              <Button onClick={() => change({ q: undefined, provider: undefined })}>{t('action.resetFilters')}</Button>
            ) : (
              <ImportButton />
            )}
          </Nothing>
        </div>
      )}
      <div className="template-cards">
        {templates.items?.map((template) => (
          <TemplateCard key={template.id} template={template} />
        ))}
      </div>
      {templates.hasNextPage && <Button onClick={() => void templates.fetchNextPage()}>{t('action.showMore')}</Button>}
    </Page>
  );
}

function TemplateCard({ template }: { template: Template }) {
  const { t } = useTranslation();
  const text = useText();
  const may = usePermission();
  const titleOf = useProviderTitle();
  return (
    <article className="panel template-card">
      <div className="row">
        <span className="picture">
          <Icon name="template" size={20} />
        </span>
        <div className="main-cell" style={{ minWidth: 0 }}>
          <h2 className="ellipsis">
            <Link to="/templates/$template" params={{ template: template.id }}>
              {text(template.title)}
            </Link>
          </h2>
          <span className="quiet small">
            {template.name} · {template.version}
          </span>
        </div>
        {template.preset && <span className="tag">{t('templates.preset')}</span>}
      </div>
      <p className="about">{text(template.description)}</p>
      <div className="row wrap">
        {template.providers.map((provider) => (
          <span key={provider} className="chip">
            {titleOf(provider)}
          </span>
        ))}
      </div>
      <footer className="row apart">
        <Link to="/deployments" search={{ template: template.id }} className="quiet small">
          {t('templates.fitsCount', { count: template.deployments })}
        </Link>
        {may('deployment.plan') && (
          <Link to="/deployments/new" search={{ template: template.id }}>
            <Button type="primary" size="small" tabIndex={-1}>
              {t('templates.deploy')}
            </Button>
          </Link>
        )}
      </footer>
    </article>
  );
}

function ImportButton() {
  const { t } = useTranslation();
  const may = usePermission();
  if (!may('template.create')) return null;
  return (
    <Link to="/templates/import">
      <Button icon={<Icon name="upload" size={14} />} tabIndex={-1}>
        {t('templates.import')}
      </Button>
    </Link>
  );
}
