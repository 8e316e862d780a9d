import { useTranslation } from 'react-i18next';
import { StateShape } from '../../parts/StateTag.tsx';

/** Whether a user or a service account can be used at all. */
export function Usable({ isDisabled }: { isDisabled: boolean }) {
  const { t } = useTranslation();
  return (
    <span className={`tag ${isDisabled ? 'idle' : 'ok'}`}>
      <StateShape shape={isDisabled ? 'square' : 'check'} />
      {t(isDisabled ? 'access.state.disabled' : 'access.state.active')}
    </span>
  );
}
