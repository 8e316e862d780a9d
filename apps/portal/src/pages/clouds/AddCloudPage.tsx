import { getRouteApi } from '@tanstack/react-router';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAct, useRead } from '../../api/query.ts';
import type { Provider } from '../../api/types.ts';
import { useText } from '../../i18n/index.ts';
import { Icon, type IconName } from '../../parts/Icon.tsx';
import { Loaded, Page } from '../../parts/Page.tsx';
import { Simulated } from '../../parts/Simulated.tsx';
import { AccountForm } from './AccountForm.tsx';

const route = getRouteApi('/inside/clouds/new');

export default function AddCloudPage() {
  const { t } = useTranslation();
  const { provider: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const providers = useRead('get /providers', {});
  const { message } = App.useApp();
  const add = useAct('post /accounts', ['get /accounts']);
  return (
    <Loaded of={providers} title={t('addCloud.title')}>
      {({ items }) => {
        const provider = items.find((one) => one.id === chosen);
        return (
          <Page title={t('addCloud.title')} up={{ to: '/clouds', title: t('clouds.title') }} width="narrow">
            <ProviderCards
              of={items}
              chosen={chosen}
              onChoose={(id) => void navigate({ search: { provider: id }, replace: chosen !== undefined })}
            />
            {provider && (
              <AccountForm
                key={provider.id}
                provider={provider}
                busy={add.isPending}
                onCancel={() => void navigate({ to: '/clouds' })}
                onSave={async (given) => {
                  const account = await add.mutateAsync({ body: { provider: provider.id, ...given } });
                  void message.success(t('addCloud.saved', { name: account.name }));
                  await navigate({ to: '/clouds/$account', params: { account: account.id }, search: {} });
                }}
              />
            )}
          </Page>
        );
      }}
    </Loaded>
  );
}

const categoryIcons: Record<Provider['category'], IconName> = {
  private: 'cloud',
  public: 'globe',
  container: 'component',
  hosts: 'server',
};

function ProviderCards({
  of,
  chosen,
  onChoose,
}: {
  of: readonly Provider[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const text = useText();
  return (
    <div className="cards" role="radiogroup" aria-label={t('addCloud.chooseProvider')}>
      {of.map((provider) => (
        <button
          key={provider.id}
          type="button"
          role="radio"
          aria-checked={provider.id === chosen}
          className="card"
          onClick={() => onChoose(provider.id)}
        >
          <span className="row">
            <Icon name={categoryIcons[provider.category]} size={20} />
            <span className="title ellipsis">{text(provider.title)}</span>
            <Simulated when={provider.simulated} />
          </span>
          <span className="text">{t(`category.${provider.category}`)}</span>
        </button>
      ))}
    </div>
  );
}
