"""The window: everything Qt, and nothing of the exchange. It renders snapshots and hands presses to the engine.

What is shown, without Qt:  view, desk, joined_run, face, health, verdict_words, lockout_words, help_words, time_line,
                            journal_words, values, words, hold, order_columns, order_export
How it looks:               tokens, theme, stylesheet, fonts, symbols
The window's pieces:        main_window of health_bar, left_column (fire_button, fire_paint), banner_band, help_panel,
                            orders_pane (tab_strip, order_grid, order_table, order_paint, journal_pane, fact_table),
                            footer_bar; chip_label, line_label, quiet_button, told are used by several
What is held to fire:       guarded_button, of which fire_button and hold_button are two
Dialogs:                    dialogs opens sign_in, settings_dialog, reset_dialog, first_use, leave_dialog, crash_dialog,
                            each a sized_dialog
From other threads:         bridge, background, qt_messages
"""
