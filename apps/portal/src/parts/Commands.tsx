import { Button, Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './Copyable.tsx';
import { Icon } from './Icon.tsx';

/** The same without the portal: what to type at the command line, what to send to the API. */
export function Commands({ cli, api }: { cli: readonly string[]; api: readonly string[] }) {
  const { t } = useTranslation();
  const content = (
    <div className="stack" style={{ width: 520, maxWidth: '80vw', gap: 8 }}>
      <h3>{t('commands.cli')}</h3>
      <CommandText lines={cli} />
      <h3>{t('commands.api')}</h3>
      <CommandText lines={api} />
    </div>
  );
  return (
    <Popover trigger="click" placement="bottomRight" content={content}>
      <Button icon={<Icon name="terminal" size={14} />} title={t('commands.hint')}>
        {t('commands.title')}
      </Button>
    </Popover>
  );
}

function CommandText({ lines }: { lines: readonly string[] }) {
  const text = lines.join('\n');
  return (
    <div className="command">
      <pre className="code" tabIndex={0}>
        {text}
      </pre>
      <CopyButton text={text} />
    </div>
  );
}
