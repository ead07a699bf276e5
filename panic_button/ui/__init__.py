"""The window: everything Qt, and nothing of the exchange. It renders snapshots and hands presses to the engine.

What is shown, without Qt:  view, desk, joined_run, face, health, verdict_words, time_line, values, words, hold,
                            order_columns, order_export
How it looks:               tokens, theme, stylesheet, fonts, symbols
The window's pieces:        main_window of health_bar, left_column (fire_button, fire_paint), banner_band, orders_pane
                            (tab_strip, order_grid, order_table, order_paint), footer_bar; chip_label, line_label and
                            quiet_button are used by several
Dialogs:                    sign_in, settings_dialog
From the engine's thread:   bridge
"""
