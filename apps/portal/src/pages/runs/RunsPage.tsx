import { getRouteApi } from '@tanstack/react-router';
import { Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useList } from '../../api/query.ts';
import { Choice } from '../../parts/Filters.tsx';
import { Listing } from '../../parts/Listing.tsx';
import { Nothing } from '../../parts/Nothing.tsx';
import { Page } from '../../parts/Page.tsx';
import { useRunColumns } from './run-columns.tsx';

const route = getRouteApi('/inside/runs');
const states = ['queued', 'running', 'paused', 'cancelling', 'succeeded', 'failed', 'cancelled'] as const;

export default function RunsPage() {
  const { t } = useTranslation();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const runs = useList('get /runs', filters);
  const columns = useRunColumns();
  const change = (changed: typeof filters) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Page title={t('runs.title')} hint={t('runs.hint')} live>
      <Listing
        of={runs}
        columns={columns}
        rowKey={(run) => run.id}
        label={t('runs.title')}
        filters={
          <>
            <Choice
              value={filters.state}
              any={t('runs.anyState')}
              options={states.map((value) => ({ value, label: t(`state.${value}`) }))}
              onChange={(state) => change({ state })}
            />
            <label className="row">
              <Switch
                size="small"
                checked={filters.active === 'true'}
                aria-label={t('runs.active')}
                onChange={(active) => change({ active: active ? 'true' : undefined })}
              />
              {t('runs.active')}
            </label>
          </>
        }
        reset={filtered ? () => void navigate({ search: {}, replace: true }) : undefined}
        empty={<Nothing icon="play" text={t('runs.empty')} />}
      />
    </Page>
  );
}
