; Installer for Windows; build.py gives Version, NumericVersion, Source (folder of the frozen build), Output (folder of
; the installer) and, where there is a certificate, Signed.
; For one user, without administrator's rights; /ALLUSERS or the first page installs for all.

#ifndef Version
  #error Run by build.py
#endif

[Setup]
AppId={{6C1D1F5B-6A3E-4F0B-9C0E-3E0B7A0C5F21}
AppName=Cuefit
AppVersion={#Version}
AppVerName=Cuefit {#Version}
AppPublisher=Cuefit
VersionInfoVersion={#NumericVersion}
DefaultDirName={autopf}\Cuefit
DisableProgramGroupPage=yes
DefaultGroupName=Cuefit
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
SetupIconFile={#Source}\_internal\resources\icons\cuefit.ico
UninstallDisplayIcon={app}\cuefit-desktop.exe
UninstallDisplayName=Cuefit
OutputDir={#Output}
OutputBaseFilename=Cuefit-{#Version}-windows-x86_64-setup
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesEnvironment=yes
CloseApplications=yes
RestartApplications=no
#ifdef Signed
SignTool=release
SignedUninstaller=yes
#endif

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"
Name: "german"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
english.DesktopIcon=Put an icon on the &desktop
german.DesktopIcon=&Symbol auf den Desktop legen
english.CommandLine=Add the command "&cuefit" to the path
german.CommandLine=Den Befehl "&cuefit" in den Suchpfad aufnehmen
english.Start=Start Cuefit
german.Start=Cuefit starten

[Tasks]
Name: "desktopicon"; Description: "{cm:DesktopIcon}"; Flags: unchecked
Name: "path"; Description: "{cm:CommandLine}"; Flags: unchecked

[InstallDelete]
; What an older version brought and this one doesn't would otherwise still be loaded.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Source}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\Cuefit"; Filename: "{app}\cuefit-desktop.exe"
Name: "{autodesktop}\Cuefit"; Filename: "{app}\cuefit-desktop.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "{code:EnvironmentKey}"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: IsNotOnPath

[Run]
Filename: "{app}\cuefit-desktop.exe"; Description: "{cm:Start}"; Flags: nowait postinstall skipifsilent

[Code]
function EnvironmentKey(Param: String): String;
begin
  if IsAdminInstallMode then
    Result := 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
  else
    Result := 'Environment';
end;

function IsNotOnPath: Boolean;
var
  Path: String;
begin
  if not RegQueryStringValue(HKA, EnvironmentKey(''), 'Path', Path) then
    Path := '';
  Result := Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Path) + ';') = 0;
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
var
  Path: String;
  Found: Integer;
begin
  if CurUninstallStep <> usPostUninstall then
    exit;
  if not RegQueryStringValue(HKA, EnvironmentKey(''), 'Path', Path) then
    exit;
  Found := Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Path) + ';');
  if Found = 0 then
    exit;
  { Found counts in the path with a semicolon in front: that is where the semicolon before our folder stands. }
  if Found = 1 then
    Delete(Path, 1, Length(ExpandConstant('{app}')) + 1)
  else
    Delete(Path, Found - 1, Length(ExpandConstant('{app}')) + 1);
  RegWriteExpandStringValue(HKA, EnvironmentKey(''), 'Path', Path);
end;
