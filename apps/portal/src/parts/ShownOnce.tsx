import { Button, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './Copyable.tsx';
import { Icon } from './Icon.tsx';

/** Something that the server tells once and never again: a sign-in link, a token. It closes only by the button. */
export function ShownOnce({
  title,
  label,
  text,
  hint,
  onClose,
}: {
  title: string;
  label: string;
  text: string;
  /** Whom it is for, and how it is used. */
  hint: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      width={620}
      title={title}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('access.once.done')}
        </Button>
      }
    >
      <div className="stack" style={{ gap: 12, paddingTop: 4 }}>
        <p className="note warn">
          <Icon name="warning" />
          {t('access.once.warning')}
        </p>
        <div className="command">
          <pre
            className="code shown-once"
            style={{ wordBreak: 'break-all' }}
            tabIndex={0}
            role="region"
            aria-label={label}
          >
            {text}
          </pre>
          <CopyButton text={text} />
        </div>
        <p className="quiet">{hint}</p>
      </div>
    </Modal>
  );
}
