import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useList } from '../api/query.ts';
import { useText } from '../i18n/index.ts';
import { Icon } from '../parts/Icon.tsx';
import { StateTag } from '../parts/StateTag.tsx';
import { allowed } from './destinations.ts';
import { usePermission } from './permission.ts';

/** Pages about oneself, which stand in the head's menu. */
const personal = [
  { to: '/profile', title: 'profile', icon: 'user' },
  { to: '/access-tokens', title: 'accessTokens', icon: 'key' },
] as const;

/** Ctrl-K: any page, deployment, template or cloud by a few letters of its name. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const may = usePermission();
  const navigate = useNavigate();
  const deployments = useList('get /deployments', {});
  const templates = useList('get /templates', {});
  const accounts = useList('get /accounts', {});
  const go = (to: string) => {
    onClose();
    void navigate({ to });
  };
  useEffect(() => {
    const before = document.activeElement;
    return () => void (before instanceof HTMLElement && before.focus());
  }, []);
  const pages = allowed(may).flatMap(({ items }) => items);
  return (
    <>
      <div className="palette-overlay" onClick={onClose} />
      <div
        className="palette"
        role="dialog"
        aria-modal="true"
        aria-label={t('palette.title')}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
      >
        <Command label={t('palette.title')} loop>
          <Command.Input autoFocus placeholder={t('palette.placeholder')} />
          <Command.List>
            <Command.Empty>{t('palette.empty')}</Command.Empty>
            <Command.Group heading={t('palette.pages')}>
              {[...pages, ...personal].map((page) => (
                <Command.Item
                  key={page.to}
                  value={`${t(`menu.${page.title}`)} ${page.to}`}
                  onSelect={() => go(page.to)}
                >
                  <Icon name={page.icon} /> {t(`menu.${page.title}`)}
                </Command.Item>
              ))}
            </Command.Group>
            <Command.Group heading={t('palette.actions')}>
              {may('deployment.plan') && (
                <Command.Item value={`${t('deployments.new')} new deployment`} onSelect={() => go('/deployments/new')}>
                  <Icon name="plus" /> {t('deployments.new')}
                </Command.Item>
              )}
              {may('account.create') && (
                <Command.Item value={`${t('addCloud.title')} add cloud`} onSelect={() => go('/clouds/new')}>
                  <Icon name="plus" /> {t('addCloud.title')}
                </Command.Item>
              )}
              {may('template.create') && (
                <Command.Item value={`${t('import.title')} import template`} onSelect={() => go('/templates/import')}>
                  <Icon name="upload" /> {t('import.title')}
                </Command.Item>
              )}
            </Command.Group>
            {(deployments.items?.length ?? 0) > 0 && (
              <Command.Group heading={t('palette.deployments')}>
                {deployments.items?.map((deployment) => (
                  <Command.Item
                    key={deployment.id}
                    value={`${deployment.name} ${deployment.id}`}
                    onSelect={() => go(`/deployments/${deployment.id}`)}
                  >
                    <Icon name="layers" /> {deployment.name}
                    <span className="aside">
                      <StateTag state={deployment.state} bare />
                    </span>
                  </Command.Item>
                ))}
              </Command.Group>
            )}
            {(templates.items?.length ?? 0) > 0 && (
              <Command.Group heading={t('palette.templates')}>
                {templates.items?.map((template) => (
                  <Command.Item
                    key={template.id}
                    value={`${text(template.title)} ${template.name} ${template.id}`}
                    onSelect={() => go(`/templates/${template.id}`)}
                  >
                    <Icon name="template" /> {text(template.title)}
                    <span className="aside">{template.version}</span>
                  </Command.Item>
                ))}
              </Command.Group>
            )}
            {(accounts.items?.length ?? 0) > 0 && (
              <Command.Group heading={t('palette.clouds')}>
                {accounts.items?.map((account) => (
                  <Command.Item
                    key={account.id}
                    value={`${account.name} ${account.id}`}
                    onSelect={() => go(`/clouds/${account.id}`)}
                  >
                    <Icon name="cloud" /> {account.name}
                  </Command.Item>
                ))}
              </Command.Group>
            )}
          </Command.List>
        </Command>
        <footer>{t('palette.keys')}</footer>
      </div>
    </>
  );
}
