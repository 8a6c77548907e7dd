@echo off
chcp 65001 >nul
cd /d "%~dp0"
if not exist .venv\Scripts\python.exe python offline\install.py
if not exist .venv\Scripts\python.exe goto end
.venv\Scripts\python.exe build.py preview
:end
pause
