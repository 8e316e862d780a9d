import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../parts/Copyable.tsx';
import { Icon } from '../../parts/Icon.tsx';

/** Recovery codes, the one time they are shown. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const text = codes.join('\n');
  return (
    <Modal
      open
      title={t('security.codes')}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('security.kept')}
        </Button>
      }
    >
      <div className="stack" style={{ gap: 16 }}>
        <p className="note warn">
          <Icon name="warning" />
          {t('security.codesHint')}
        </p>
        <div className="command">
          <pre className="code recovery-codes" tabIndex={0}>
            {text}
          </pre>
          <CopyButton text={text} />
        </div>
      </div>
    </Modal>
  );
}
