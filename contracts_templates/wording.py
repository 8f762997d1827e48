"""Fixed Chinese wording that several documents share: service areas, handover lines, criteria, grounds."""

from collections.abc import Mapping
from typing import Final

SERVICE_AREAS: Final[Mapping[str, str]] = {
    "E1": "综合管理与公示",
    "E2": "房屋共用部位",
    "E3": "共用设施设备",
    "E4": "消防与安全",
    "E5": "环境卫生与垃圾分类",
    "E6": "绿化养护",
    "E7": "公共秩序与停车",
    "E8": "社区治理与应急",
}
"""Areas of the service catalogue, the same as those of the performance indicators."""

SECTIONS: Final[Mapping[str, str]] = {
    "documents": "资料档案",
    "premises": "共用部位与物业服务用房",
    "equipment": "共用设施设备",
    "keys": "钥匙、计量与物料",
    "staff": "人员与外包合同",
    "money": "资金与账目",
    "disputes": "未结争议与索赔",
    "personal-data": "个人信息",
}

LINES: Final[Mapping[str, tuple[str, str]]] = {
    "boundary": ("documents", "物业管理区域划分资料"),
    "as-built-drawings": (
        "documents",
        "竣工总平面图，单体建筑、结构、设备竣工图，附属设施、地下管网工程竣工图",
    ),
    "technical-files": ("documents", "设施设备安装、使用和维护保养的技术资料"),
    "quality-guarantee": ("documents", "质量保修文件和使用说明文件"),
    "other-delivery-papers": ("documents", "物业管理所必需的其他交付资料"),
    "common-part-files": ("documents", "共用部位经营管理档案"),
    "equipment-records": ("documents", "监控、电梯、水泵、有限空间等设施设备档案及运行、维修记录"),
    "water-tank-reports": ("documents", "水箱清洗记录及水质检测报告"),
    "decoration-files": ("documents", "装饰装修管理资料"),
    "owner-register": ("documents", "业主名册"),
    "utility-agreements": ("documents", "供水、供电、垃圾清运等协议"),
    "other-owner-papers": ("documents", "与业主利益相关的其他资料"),
    "common-parts": ("premises", "各楼共用部位现状"),
    "service-rooms": ("premises", "物业服务用房"),
    "lifts": ("equipment", "电梯"),
    "pumps": ("equipment", "水泵与二次供水设施"),
    "fire-protection": ("equipment", "消防设施"),
    "power": ("equipment", "供配电设施"),
    "cctv": ("equipment", "监控系统"),
    "gates": ("equipment", "门禁与道闸"),
    "charging": ("equipment", "充电设施"),
    "keys": ("keys", "钥匙、门禁卡与密码"),
    "meters": ("keys", "水、电、热计量表读数"),
    "tools-materials": ("keys", "工具、备件与物料"),
    "staff": ("staff", "留用人员名单与岗位"),
    "subcontracts": ("staff", "专项外包合同"),
    "prepaid-fees": ("money", "预收物业费"),
    "collected-for-others": ("money", "代收代缴费用"),
    "deposits": ("money", "押金、保证金"),
    "public-revenue": ("money", "公共收益及账目"),
    "fund-proof": ("money", "专项维修资金使用凭证"),
    "unpaid-bills": ("money", "未付账单"),
    "running-disputes": ("disputes", "正在进行的诉讼、投诉、索赔与保修"),
    "dismissal-loss": ("disputes", "解聘造成的损失主张"),
    "personal-data": ("personal-data", "业主个人信息的移交"),
    "personal-data-deletion": ("personal-data", "移交方留存副本的删除证明"),
}

CRITERIA: Final[Mapping[str, str]] = {
    "understanding": "项目理解",
    "service-plan": "五大服务方案",
    "staffing": "人员配备与项目负责人",
    "emergency": "应急与安全方案",
    "smart-green": "智能、节能与垃圾分类",
    "record": "业绩与能力",
    "transparency": "财务公开",
    "defence": "答辩",
    "price": "报价",
    "credit": "信用",
}

BODIES: Final[Mapping[str, str]] = {
    "committee": "业主委员会",
    "management": "物业管理委员会",
    "developer": "建设单位",
}

ACTIONS: Final[Mapping[str, str]] = {"submit": "递交", "replace": "替换", "withdraw": "撤回"}

HANDOVER_PARTIES: Final[Mapping[str, str]] = {
    "old": "移交方",
    "new": "承接方",
    "committee": "招标人",
    "witness": "见证方",
}
CONDITIONS: Final[Mapping[str, str]] = {"ok": "完好", "defect": "有缺陷", "missing": "缺失"}
RESPONSIBLE: Final[Mapping[str, str]] = {
    "old": "移交方",
    "new": "承接方",
    "committee": "招标人",
    "developer": "建设单位",
}
DISPUTES: Final[Mapping[str, str]] = {
    "open": "尚未调处",
    "referred": "已转评估机构",
    "settled": "已调处",
}


def in_section(section: str) -> tuple[str, ...]:
    """Return the wording of the handover lines of one section, in order."""
    return tuple(text for part, text in LINES.values() if part == section)


CHANGED: Final[Mapping[str, str]] = {
    "project_manager": "项目负责人登记编号",
    "service_room_place": "物业服务用房位置",
    "boundary": "区域界限",
    "payment_day": "每月交费日",
    "manager_notice_days": "更换项目负责人的提前告知天数",
    "rectify_days": "整改天数",
    "penalty_bp": "每日违约金（欠费额的万分之）",
    "subcontracts": "可以委托的专项服务",
}
"""What a supplement may set otherwise."""

ATTACHMENTS: Final[Mapping[str, tuple[str, str]]] = {
    "document": ("招标文件", "第 {count} 版全文"),
    "notice": ("招标公告及发布媒介", "在本平台发布，摘要值为公告所依版本"),
    "prequalification": ("资格预审文件和资格审查结果", "合格申请人 {count} 名；摘要值为资格预审文件"),
    "committee": ("评标委员会成员和评标报告", "成员 {count} 人；摘要值为评审报告"),
    "winner": ("中标结果和中标人的投标文件", "第 {count} 名；摘要值为投标文件的承诺值"),
}
"""The five attachments of an award report in the order of BTB 35: title and line."""

ABSENT: Final[Mapping[str, str]] = {"prequalification": "未进行资格预审"}
"""The line of an attachment there is nothing to attach for."""

FINDINGS: Final[Mapping[str, str]] = {
    "technical-not-passed": "技术部分没有通过，报价不予开启",
    "bytes-altered": "保存的密文与承诺值不符",
    "key-commitment": "不同的份额解出不同的密钥",
    "chunk": "密文无法解开",
    "package": "投标包的格式不符合要求",
    "payload-digest": "内容与信封头的摘要不符",
    "form": "唱标内容不符合格式",
    "bidder-tag": "投标人标识不符",
    "bidder-code": "信用代码与签名人不符",
    "no-subset-works": "没有一组份额能够打开信封",
    "too-few-releases": "放出份额的保管人不足",
    "too-few-bids": "该标段投标人少于三个，不予开启",
    "share-does-not-open": "一位保管人的份额不能打开信封",
    "share-wrong": "一位保管人的份额与摘要不符",
    "share-missing": "一位保管人缺少份额",
}
"""What can go wrong with an envelope at the opening (docs/sealing.md)."""

FAULTS: Final[Mapping[str, str]] = {
    "platform": "平台责任",
    "bidder": "投标人责任，视为撤销投标文件",
    "keyholder": "密钥保管人责任，已改用其他份额",
    "nobody": "不归责于投标人，视为撤回投标文件",
}

SHUT: Final[Mapping[str, str]] = {
    "superseded": "已被投标人替换",
    "withdrawn": "投标截止前已撤回",
    "version": "为招标文件的旧版本制作，投标人未声明继续有效",
}

TERMS: Final[Mapping[str, str]] = {
    "term_months": "期限（月）",
    "months": "期限（月）",
    "level": "服务等级",
    "project_manager": "项目负责人",
}
"""Names of what is read out beside the price; others stand as the bidder's form names them."""

OUTCOMES: Final[Mapping[str, str]] = {
    "upheld": "成立",
    "rejected": "不成立",
    "withdrawn": "已撤回",
}

DRAWERS: Final[Mapping[str, str]] = {"authority": "监督部门", "platform": "平台", "tenderer": "招标人"}
"""The parties of the draw of experts."""

DRAW_KINDS: Final[Mapping[str, str]] = {"main": "抽取", "supplementary": "补充抽取"}

DRAW_REASONS: Final[Mapping[str, str]] = {
    "roster-short": "名册中符合条件、来自不同单位的专家不足，未抽取任何人",
    "nobody-came": "除平台外没有任何一方承诺，未抽取任何人",
    "not-revealed": "有参与方承诺后未按时公开，本轮无效",
    "version-changed": "招标文件在抽取期间变更，本轮无效",
    "tender-ended": "项目已经结束，本轮无效",
}

SEAT_KINDS: Final[Mapping[str, str]] = {"expert": "专家", "representative": "招标人代表"}
SEAT_STATES: Final[Mapping[str, str]] = {"member": "成员", "reserve": "备选", "left": "已退出"}

RECUSALS: Final[Mapping[str, str]] = {
    "employer-bids": "所在单位参加投标",
    "employer-tenders": "所在单位是招标人",
    "employer-supervises": "所在单位是监督部门",
    "former-employer-bids": "曾任职的单位参加投标",
    "off-register": "已退出专家库或者授权终止",
    "conflict": "有利害关系，应当回避",
    "illness": "因健康原因不能参加",
    "left-post": "离职或者岗位变动",
    "declined": "不能参加",
    "cause": "监督部门责令更换",
    "redrawn": "招标文件变更后重新抽取",
}

SPECIALITIES: Final[Mapping[str, str]] = {
    "property-management": "物业管理",
    "engineering": "工程设备",
    "fire-safety": "消防安全",
    "greening": "绿化养护",
    "sanitation": "环境卫生",
    "public-order": "秩序维护",
    "finance": "财务",
    "law": "法律",
    "cost": "造价",
}

PARTS: Final[Mapping[str, str]] = {
    "group": "分项合计",
    "expert": "技术部分",
    "defence": "现场答辩",
    "price": "报价部分",
    "credit": "信用部分",
}

FORMULAS: Final[Mapping[str, str]] = {
    "mean": "{members} 位成员评分，合计 {sum} ÷ {kept}",
    "trimmed-mean": "{members} 位成员评分，去掉最高、最低各一，合计 {sum} ÷ {kept}",
    "price-lowest": "{weight} × 最低报价 {lowest} ÷ 本报价 {price}",
    "price-benchmark": "{weight} − {weight} × |报价 {price} − 基准价| ÷ 基准价 × {slope}，基准价 {mean} 分",
    "credit": "{weight} × 信用分 {score} 的折算比例（0 至 1）",
    "credit-neutral": "{weight} × 中性值 {score} 的折算比例（本市尚无信用分）",
}
"""How points came about; results are rounded half-even to two decimals."""

DECIDED: Final[Mapping[str, str]] = {
    "total": "总分",
    "price": "总分与下一名相同，报价较低",
    "technical": "总分、报价与下一名相同，技术得分较高",
    "credit": "总分、报价、技术得分与下一名相同，信用得分较高",
    "draw": "各项与下一名相同，按事先公布的种子抽签",
}

OUTCOMES_OF_TWO: Final[Mapping[str, str]] = {
    "passed": "通过，开启报价",
    "below-threshold": "未达到分数线，报价不开启",
    "rejected": "已否决，报价不开启",
}
"""What locked technical marks say of a bid in two envelopes."""

GROUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "unsigned": ("未经盖章和签字", "《招标投标法实施条例》第五十一条第（一）项"),
    "no-joint-agreement": ("联合体没有提交共同投标协议", "《招标投标法实施条例》第五十一条第（二）项"),
    "unqualified": ("不符合资格条件", "《招标投标法实施条例》第五十一条第（三）项"),
    "several-bids": ("提交两个以上不同的投标文件或者报价", "《招标投标法实施条例》第五十一条第（四）项"),
    "price": ("低于成本或者高于最高投标限价", "《招标投标法实施条例》第五十一条第（五）项"),
    "unresponsive": ("没有响应实质性要求和条件", "《招标投标法实施条例》第五十一条第（六）项"),
    "collusion": ("串通投标、弄虚作假、行贿", "《招标投标法实施条例》第五十一条第（七）项"),
    "related": ("与招标人或者其他投标人有控制、管理或者利害关系", "《招标投标法实施条例》第三十四条"),
    "unclarified": ("未按要求澄清、说明", "《北京市招标投标条例》第三十三条"),
    "below-threshold": (
        "技术部分得分未达到招标文件规定的分数线，报价不开启",
        "《招标投标法实施条例》第五十一条第（六）项",
    ),
}
"""Grounds of rejection: words and clause."""
