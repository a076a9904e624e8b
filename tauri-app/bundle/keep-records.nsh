; Sales may not be at the main server yet: removing the program never deletes them, whatever was
; ticked.
!macro NSIS_HOOK_PREUNINSTALL
  StrCpy $DeleteAppDataCheckboxState 0
  DetailPrint "What was sold here stays in $LOCALAPPDATA\${BUNDLEID}."
!macroend
