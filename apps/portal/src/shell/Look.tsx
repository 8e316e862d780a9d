import { App, ConfigProvider, theme } from 'antd';
import type { Locale } from 'antd/es/locale';
import en from 'antd/es/locale/en_US';
import zhCN from 'antd/es/locale/zh_CN';
import { type ReactNode, useEffect } from 'react';
import { useLanguage } from '../i18n/index.ts';
import { darkColors, lightColors } from './colors.ts';
import { showTheme, useTheme } from './preferences.ts';

const locales: Record<string, Locale> = { en, 'zh-CN': zhCN };

/** The star stands behind the label, so that labels of needed and optional fields line up. */
function starred(label: ReactNode, { required }: { required: boolean }) {
  return (
    <>
      {label}
      {required && (
        <span className="star" aria-hidden="true">
          *
        </span>
      )}
    </>
  );
}

/** Makes antd's components look like the portal: its colours, type and measures, in light and dark. */
export function Look({ children }: { children: ReactNode }) {
  const mode = useTheme();
  const language = useLanguage();
  useEffect(() => {
    showTheme(mode);
  }, [mode]);
  const colors = mode === 'dark' ? darkColors : lightColors;
  return (
    <ConfigProvider
      {...(locales[language] && { locale: locales[language] })}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
      form={{ requiredMark: starred }}
      theme={{
        algorithm: mode === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: {
          ...colors,
          fontFamily: 'var(--sans)',
          fontFamilyCode: 'var(--mono)',
          fontSize: 14,
          borderRadius: 6,
          borderRadiusLG: 8,
          controlHeight: 32,
          boxShadow: 'var(--shadow-float)',
          boxShadowSecondary: 'var(--shadow-float)',
        },
        components: {
          Button: {
            primaryShadow: 'none',
            defaultShadow: 'none',
            dangerShadow: 'none',
            fontWeight: 500,
            // antd's own shade of a button one points at is too pale to read.
            defaultHoverColor: colors.colorLink,
            contentFontSizeSM: 13,
          },
          Form: { itemMarginBottom: 18, labelColor: colors.colorText, verticalLabelPadding: '0 0 4px' },
          Segmented: { trackBg: colors.colorFillSecondary, itemSelectedBg: colors.colorBgElevated },
          Modal: { titleFontSize: 16 },
          Drawer: { paddingLG: 20 },
        },
      }}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}
